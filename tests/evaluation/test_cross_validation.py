import hashlib
import json
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from ppcn.errors import DataError
from ppcn.evaluation.cross_validation import cross_validate
from ppcn.metrics import ms_ssim, psnr, psnr_colour_fit
from ppcn.networks.srcnn import SRCNN
from ppcn.networks.weights_file import load, save

FOLDS = {"a": 0, "b": 0, "c": 1, "d": 0, "e": None, "f": 1}
SAME = "f"  # in a fold, but identical


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pairs")
    rng = np.random.default_rng(0)
    for name in FOLDS:
        picture = np.kron(rng.integers(30, 220, (3, 4, 3)), np.ones((8, 8, 1)))
        for side, pixels in (("iphone", picture), ("canon", picture if name == SAME else 255 * (picture / 255) ** 0.7)):
            (folder / side).mkdir(exist_ok=True)
            Image.fromarray(pixels.astype(np.uint8)).save(folder / side / f"{name}.png")
    scenes = {
        f"{name}.png": {"scene": fold, "fold": fold, "correlation": 0.9, "identical": name == SAME}
        for name, fold in FOLDS.items()
    }
    (folder / "scenes.json").write_text(json.dumps(scenes))
    return folder


@pytest.fixture(scope="module")
def trained(tmp_path_factory, pairs):
    """A run whose two networks differ, each with the list of the pictures that it may have seen."""
    run = tmp_path_factory.mktemp("run")
    for fold in (0, 1):
        torch.manual_seed(fold)
        network = SRCNN()
        save(network, run / f"fold-{fold}" / "srcnn.safetensors")
        for other in ("checkpoint", "srcnn.best"):
            (run / f"fold-{fold}" / f"{other}.safetensors").write_bytes(b"of no concern here")
        others = [name for name, of in FOLDS.items() if of not in (fold, None)]
        write_list(run / f"fold-{fold}", pairs, others)
    return run


@pytest.fixture
def run(tmp_path, trained):
    return shutil.copytree(trained, tmp_path / "run")


def write_list(folder, pairs, names):
    files = [pairs / side / f"{name}.png" for name in names for side in ("iphone", "canon")]
    lines = [f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files]
    (folder / "trained-on.txt").write_text("".join(lines))


def pixels(path):
    return np.asarray(Image.open(path), np.float32) / np.float32(255)


def enhanced(weights, image):
    """Return what torch makes of a picture."""
    with torch.no_grad():
        planes = load(weights.read_bytes(), str(weights)).eval()(torch.from_numpy(image).permute(2, 0, 1)[None])
    return planes[0].permute(1, 2, 0).clamp(0, 1).numpy()


def test_each_pair_is_scored_by_the_network_that_has_not_seen_it(pairs, trained):
    shares = []
    figures = cross_validate(trained, pairs, progress=shares.append).as_dict()
    assert shares == pytest.approx([0.25, 0.5, 0.75, 1])
    assert list(figures) == ["model", "n", "psnr", "ms_ssim", "psnr_colour_fit", "folds"]
    assert json.loads(json.dumps(figures)) == figures
    assert (figures["model"], figures["n"]) == (str(trained), 4)
    assert [(row["fold"], row["n"]) for row in figures["folds"]] == [(0, 3), (1, 1)]
    weights = [trained / f"fold-{fold}" / "srcnn.safetensors" for fold in (0, 1)]
    for metric in (psnr, ms_ssim, psnr_colour_fit):
        each = {
            name: metric(
                enhanced(weights[fold], pixels(pairs / f"iphone/{name}.png")), pixels(pairs / f"canon/{name}.png")
            )
            for name, fold in FOLDS.items()
            if fold is not None and name != SAME
        }
        assert figures[metric.__name__] == pytest.approx(np.mean(list(each.values())), rel=1e-5)
        assert figures["folds"][0][metric.__name__] == pytest.approx(np.mean([each[name] for name in "abd"]), rel=1e-5)
        assert figures["folds"][1][metric.__name__] == pytest.approx(each["c"], rel=1e-5)


@pytest.mark.parametrize("side", ["iphone", "canon"])
def test_a_network_that_has_seen_a_picture_of_its_fold_is_refused(pairs, run, side):
    with (run / "fold-1" / "trained-on.txt").open("a") as file:
        file.write(f"{hashlib.sha256((pairs / side / 'c.png').read_bytes()).hexdigest()}  c.png\n")
    with pytest.raises(DataError, match=rf"fold-1 was trained on 1 of the pictures .*{side}/c\.png"):
        cross_validate(run, pairs)


def test_a_network_of_which_nothing_tells_what_it_has_seen_is_refused(pairs, run):
    (run / "fold-0" / "trained-on.txt").unlink()
    with pytest.raises(DataError, match=r"There is no .*fold-0/trained-on\.txt"):
        cross_validate(run, pairs)


def test_a_fold_without_one_network_is_named(pairs, run):
    shutil.copy(run / "fold-1" / "srcnn.safetensors", run / "fold-1" / "teacher.safetensors")
    with pytest.raises(DataError, match="fold-1 holds 2 networks"):
        cross_validate(run, pairs)
    shutil.rmtree(run / "fold-1")
    with pytest.raises(DataError, match="fold-1 holds no networks"):
        cross_validate(run, pairs)
