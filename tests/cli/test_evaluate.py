import hashlib
import json

from ppcn.evaluation import cross_validation
from ppcn.evaluation.scores import Scores
from ppcn.networks.srcnn import SRCNN
from ppcn.networks.weights_file import save as save_weights


def test_evaluate_counts_distinct_pairs(run, save, tmp_path):
    for name in ("a.png", "b.png"):
        save(tmp_path / "pairs/input" / name, seed=1)
        save(tmp_path / "pairs/target" / name, seed=1 if name == "a.png" else 2)
    figures = json.loads(
        run("evaluate", "enhancement", "--model", "student.open", "--pairs", tmp_path / "pairs", "--json").out
    )
    assert (figures["model"], figures["n"], figures["n_distinct"]) == ("student.open", 2, 1)
    untouched = run("evaluate", "enhancement", "--outputs", tmp_path / "pairs/target", "--pairs", tmp_path / "pairs")
    assert "100.0" in untouched.out


def test_a_run_is_not_scored_on_what_it_was_trained_on(run, save, tmp_path):
    for side in ("input", "target"):
        save(tmp_path / "pairs" / side / "a.png", seed=1)
    model = tmp_path / "run/srcnn.safetensors"
    save_weights(SRCNN(), model)
    digest = hashlib.sha256((tmp_path / "pairs/input/a.png").read_bytes()).hexdigest()
    (tmp_path / "run/trained-on.txt").write_text(f"{digest}  a.png\n")
    command = ("evaluate", "enhancement", "--model", model, "--pairs", tmp_path / "pairs")
    run(*command).refused("was trained on", "a.png", "--force")
    assert json.loads(run(*command, "--force", "--json").out)["n_trained_on"] == 1


def test_evaluate_super_resolution(run, save, tmp_path):
    save(tmp_path / "images/a.png", size=(83, 61))
    command = ("evaluate", "super-resolution", "--images", tmp_path / "images")
    figures = json.loads(run(*command, "--model", "bicubic", "--json").out)
    assert list(figures) == ["model", "n", "psnr", "ssim"]
    assert (figures["model"], figures["n"]) == ("bicubic", 1)
    assert "ms_ssim" in run(*command, "--model", "bicubic", "--rgb").out
    run(*command, "--model", "student.open").refused("20x15", "80x60", "a.png")


def test_evaluate_folds(run, tmp_path, monkeypatch):
    def cross_validate(model, folder, provider, _progress):
        assert (model, folder, provider) == (tmp_path / "run", tmp_path, "cpu")
        means = {"psnr": 20.5, "ms_ssim": 0.9, "psnr_colour_fit": 28.0}
        rows = [{"fold": k, "n": 2} | means | {"psnr": 20.0 + k} for k in (0, 1)]
        return Scores("run", 4, means, {"folds": rows})

    monkeypatch.setattr(cross_validation, "cross_validate", cross_validate)
    command = ("evaluate", "enhancement", "--pairs", tmp_path, "--folds")
    figures = json.loads(run(*command, "--model", tmp_path / "run", "--json").out)
    assert list(figures) == ["model", "n", "psnr", "ms_ssim", "psnr_colour_fit", "folds"]
    assert "fold 1  n 2  psnr 21.0000" in run(*command, "--model", tmp_path / "run").out
    for more in (["--outputs", tmp_path], ["--model", tmp_path / "run", "--force"]):
        ran = run(*command, *more)
        assert ran.status == 2
        assert "--folds goes with --model" in ran.err


def test_simple_adjustments_are_scored_like_models(run, save, tmp_path):
    for side in ("input", "target"):
        save(tmp_path / side / "a.png", seed=1)
    figures = json.loads(run("evaluate", "enhancement", "--model", "untouched", "--pairs", tmp_path, "--json").out)
    assert (figures["model"], figures["psnr"]) == ("untouched", 100)


def test_evaluate_in_photos(run, save, tmp_path):
    for name in ("iphone/a.png", "canon/a.png", "photos/one_2.png"):
        save(tmp_path / name, seed=1)
    (tmp_path / "places.json").write_text('{"a.png": {"scene": 2, "x": 0, "y": 0}}')
    command = ("evaluate", "enhancement", "--model", "untouched", "--pairs", tmp_path)
    both = ("--in-photos", tmp_path / "places.json", "--photos", tmp_path / "photos")
    figures = json.loads(run(*command, *both, "--json").out)
    assert (figures["model"], figures["n"], figures["psnr"], figures["n_distinct"]) == ("untouched", 1, 100, 0)
    for part in (both[:2], both[2:]):
        ran = run(*command, *part)
        assert ran.status == 2
        assert "--in-photos and --photos go together" in ran.err
