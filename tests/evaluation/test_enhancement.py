import hashlib
import json

import numpy as np
import pytest
from PIL import Image

from ppcn.errors import DataError, InputError
from ppcn.evaluation.enhancement import score_in_photos, score_model, score_outputs
from ppcn.metrics import ms_ssim, psnr, psnr_colour_fit

KEYS = [
    *("model", "n", "psnr", "ms_ssim", "psnr_colour_fit"),
    *("n_distinct", "psnr_distinct", "ms_ssim_distinct", "psnr_colour_fit_distinct"),
]


def unchanged(image):
    return image


@pytest.fixture
def pairs(tmp_path):
    """Three pairs, the last of them the same picture twice."""
    rng = np.random.default_rng(0)
    for name in "abc":
        picture = rng.integers(0, 256, (20, 24, 3), dtype=np.uint8)
        write(tmp_path / "input" / f"{name}.png", picture)
        write(tmp_path / "target" / f"{name}.png", picture if name == "c" else picture // 2 + rng.integers(0, 9))
    return tmp_path


def write(path, picture):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(picture.astype(np.uint8)).save(path)


def pixels(path):
    return np.asarray(Image.open(path)) / 255


def test_means_over_all_and_over_distinct_pairs(pairs):
    shares = []
    scores = score_model(lambda x: x * 0.5, "half", pairs, progress=shares.append).as_dict()
    assert list(scores) == KEYS
    assert json.loads(json.dumps(scores)) == scores
    assert (scores["model"], scores["n"], scores["n_distinct"]) == ("half", 3, 2)
    assert shares == pytest.approx([1 / 3, 2 / 3, 1])
    for key, metric in (("psnr", psnr), ("ms_ssim", ms_ssim), ("psnr_colour_fit", psnr_colour_fit)):
        each = [metric(pixels(pairs / "input" / f"{n}.png") / 2, pixels(pairs / "target" / f"{n}.png")) for n in "abc"]
        assert scores[key] == pytest.approx(np.mean(each), rel=1e-5)
        assert scores[f"{key}_distinct"] == pytest.approx(np.mean(each[:2]), rel=1e-5)


def test_finished_pictures_of_another_type_are_scored_by_name(pairs):
    for path in (pairs / "target").iterdir():
        write(pairs / "out" / f"{path.stem}.tiff", np.asarray(Image.open(path)))
    scores = score_outputs(pairs / "out", pairs)
    assert scores.means["psnr"] == scores.more["psnr_distinct"] == 100
    assert scores.model == str(pairs / "out")


def test_pairs_that_are_all_identical_have_no_distinct_figures(pairs):
    for name in "ab":
        (pairs / "input" / f"{name}.png").unlink()
        (pairs / "target" / f"{name}.png").unlink()
    scores = score_model(unchanged, "unchanged", pairs)
    assert (scores.n, scores.means["psnr"], scores.more["n_distinct"]) == (1, 100, 0)
    assert scores.as_dict()["psnr_distinct"] is None


@pytest.mark.parametrize("side", ["input", "target"])
def test_a_missing_partner_is_named(pairs, side):
    (pairs / side / "b.png").unlink()
    with pytest.raises(DataError, match=r"b\.png has no partner in .*" + side):
        score_model(unchanged, "unchanged", pairs)


def test_a_missing_output_is_named(pairs):
    write(pairs / "out" / "a.png", np.zeros((20, 24, 3)))
    with pytest.raises(DataError, match=r"b\.png has no partner in .*out, nor have 1 more"):
        score_outputs(pairs / "out", pairs)
    with pytest.raises(DataError, match="There is no folder"):
        score_outputs(pairs / "nowhere", pairs)


def test_other_layouts_are_refused(tmp_path):
    with pytest.raises(DataError, match="is no folder of pairs"):
        score_model(unchanged, "unchanged", tmp_path)
    (tmp_path / "iphone").mkdir()
    (tmp_path / "canon").mkdir()
    with pytest.raises(DataError, match="holds no pictures"):
        score_model(unchanged, "unchanged", tmp_path)


def test_two_files_of_one_name_are_refused(pairs):
    write(pairs / "input" / "a.jpg", np.zeros((20, 24, 3)))
    with pytest.raises(DataError, match="have the same name"):
        score_model(unchanged, "unchanged", pairs)


def test_unequal_sizes_are_named(pairs):
    with pytest.raises(DataError, match=r"What big makes of .*a\.png is 48x40 pixels, but .*a\.png is 24x20"):
        score_model(lambda x: x.repeat(2, 0).repeat(2, 1), "big", pairs)
    write(pairs / "target" / "a.png", np.zeros((20, 25, 3)))
    with pytest.raises(DataError, match=r"input/a\.png is 24x20 pixels, but .*target/a\.png is 25x20"):
        score_model(unchanged, "unchanged", pairs)


def test_an_unreadable_picture_is_named(pairs):
    (pairs / "input" / "b.png").write_text("not a picture")
    with pytest.raises(InputError, match=r"b\.png"):
        score_model(unchanged, "unchanged", pairs)


def test_pictures_seen_in_training_are_refused_or_marked(pairs):
    digest = hashlib.sha256((pairs / "target" / "b.png").read_bytes()).hexdigest()
    with pytest.raises(DataError, match=r"net was trained on 1 of these pictures, .*b\.png"):
        score_model(unchanged, "net", pairs, trained_on={digest})
    forced = score_model(unchanged, "net", pairs, trained_on={digest}, force=True)
    assert forced.as_dict()["n_trained_on"] == 1
    assert "n_trained_on" not in score_model(unchanged, "net", pairs, trained_on={"0" * 64}).more


RELEASED = {
    "student.ckpt": (22.562, 0.9254),
    "student_wo_kd": (22.359, 0.9241),
    "iphone_trackA.ckpt": (22.394, 0.9229),
    "iphone_trackBC.ckpt": (22.338, 0.9243),
    "teacher.ckpt": (22.980, 0.9311),
}


@pytest.mark.parametrize(
    "file", [pytest.param(file, marks=[] if "teacher" in file else [pytest.mark.slow]) for file in RELEASED]
)
def test_released_checkpoints_land_on_their_figures(shared, file):
    import torch

    from ppcn.networks import NETWORKS
    from ppcn.networks.tensorflow import import_checkpoint

    name, state = import_checkpoint(shared / "reference" / "enhancement" / file)
    network = NETWORKS[name]()
    network.load_state_dict(state)

    def enhance(image):
        with torch.no_grad():
            return network(torch.from_numpy(image).permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()

    scores = score_model(enhance, file, shared / "data" / "dped400")
    assert (scores.n, scores.more["n_distinct"]) == (400, 396)
    assert scores.means["psnr"] == pytest.approx(RELEASED[file][0], abs=0.005)
    assert scores.means["ms_ssim"] == pytest.approx(RELEASED[file][1], abs=0.0002)


@pytest.fixture
def places(pairs):
    """Two photos, and where the targets of a and b lie in the first, that of c in the second."""
    rng = np.random.default_rng(1)
    for number in (2, 13):
        write(pairs / "photos" / f"phone_{number}.png", rng.integers(0, 256, (60, 70, 3)))
    found = {"a.png": (2, 0, 0), "b.png": (2, 46, 40), "c.png": (13, 5, 7)}
    for name, (scene, x, y) in found.items():
        photo = np.asarray(Image.open(pairs / "photos" / f"phone_{scene}.png"))
        write(pairs / "target" / name, 255 - photo[y : y + 20, x : x + 24])
    path = pairs / "places.json"
    path.write_text(json.dumps({name: dict(zip(("scene", "x", "y"), at, strict=True)) for name, at in found.items()}))
    return path


def test_whole_photos_are_enhanced_and_compared_at_the_places_of_pairs(pairs, places):
    sizes, shares = [], []

    def negative(photo):
        sizes.append(photo.shape)
        return 1 - photo

    scores = score_in_photos(negative, "negative", pairs, places, pairs / "photos", progress=shares.append)
    assert sizes == [(60, 70, 3)] * 2
    assert shares == [0.5, 1]
    assert (scores.n, scores.means["psnr"], scores.more["n_distinct"]) == (3, 100, 3)


def test_photos_that_were_trained_on_are_refused(pairs, places):
    digest = hashlib.sha256((pairs / "photos/phone_13.png").read_bytes()).hexdigest()
    with pytest.raises(DataError, match="trained on 1 of these pictures"):
        score_in_photos(unchanged, "ours", pairs, places, pairs / "photos", trained_on={digest})
    forced = score_in_photos(unchanged, "ours", pairs, places, pairs / "photos", trained_on={digest}, force=True)
    assert forced.more["n_trained_on"] == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "no JSON file of places"),
        ("[1]", "no JSON file of places"),
        ('{"a.png": {"scene": 2, "x": 1}}', "no JSON file of places"),
        ("{}", "names no places"),
        ('{"a.png": {"scene": 2, "x": -1, "y": 0}}', "below 0"),
        ('{"z.png": {"scene": 2, "x": 0, "y": 0}}', "has no pair z.png"),
        ('{"a.png": {"scene": 3, "x": 0, "y": 0}}', "has no photo 3"),
        ('{"a.png": {"scene": 2, "x": 60, "y": 0}}', "is 10x20 pixels, but"),
    ],
)
def test_places_that_do_not_fit_are_named(pairs, places, text, sentence):
    places.write_text(text)
    with pytest.raises(DataError, match=sentence):
        score_in_photos(unchanged, "ours", pairs, places, pairs / "photos")
