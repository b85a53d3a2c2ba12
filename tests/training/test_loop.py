import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from ppcn.data.photographs import TARGETS, is_held_back
from ppcn.errors import CheckpointError, DataError, DivergenceError, ModelError, OutputError, RecipeError
from ppcn.losses.objective import LOSSES, Loss
from ppcn.networks.initialise import near_identity
from ppcn.networks.student import Student
from ppcn.networks.weights_file import save
from ppcn.training import loop, run
from ppcn.training.checkpoints import read_state
from ppcn.training.loop import learning_rate
from ppcn.training.recipe import load, parse
from ppcn.training.trainer import Trainer
from ppcn.training.validation import chart_errors, colour_chart, enhance

TINY = """
network = "student"
steps = 20
workers = 0
report_every = 5
validate_every = 10
[losses]
l1 = 1
ssim = 0.5
[optimiser]
warmup = 5
[mixture]
whole = [[2, 30, 20]]
regions = 2
region = 24
patches = 2
patch = 16
"""


WHOLE = [  # in place of TINY's
    *("network=enhancer", "source=whole-photos", "steps=6", "report_every=2", "validate_every=2"),
    *("losses.log_mse=0.04", "losses.detail=2", "losses.liveliness=0.05", "optimiser.warmup=2"),
    *("whole.frames=[{share=1, width=100, height=90}]", "whole.batch=4", "whole.parts=2", "whole.recent=8"),
]


@pytest.fixture
def recipe(photos):
    return parse(TINY, [f"data={photos}"])


def same(one, other):
    one, other = load_file(one), load_file(other)
    return one.keys() == other.keys() and all(torch.equal(one[name], other[name]) for name in one)


def killed(recipe, out, number, monkeypatch):
    """Run a recipe until Ctrl-C stops it before step ``number``."""
    step = Trainer.step

    def stops(self, current, *args):
        if current == number:
            raise KeyboardInterrupt
        return step(self, current, *args)

    with monkeypatch.context() as patch:
        patch.setattr(Trainer, "step", stops)
        with pytest.raises(KeyboardInterrupt):
            run(recipe, out)


def test_a_recipe_may_ask_for_compiled_steps(recipe, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(torch.nn.Module, "compile", lambda self, **how: asked.append((type(self), how)))
    run(recipe, tmp_path / "plain")
    assert not asked
    run(replace(recipe, compiled=True), tmp_path / "compiled")
    assert asked == [(Student, {"dynamic": False})]


@pytest.mark.parametrize("known", [False, True])
def test_bfloat16_is_only_for_processors_that_know_it(recipe, tmp_path, monkeypatch, known):
    recipe = replace(recipe, steps=3)  # of one, Adam looks at signs alone
    exact = run(recipe, tmp_path / "float32")
    monkeypatch.setattr(loop, "_knows_bfloat16", lambda: known)
    rounded = run(replace(recipe, precision="bfloat16"), tmp_path / "bfloat16")
    assert same(exact, rounded) != known


def test_the_start_s_share_of_what_is_kept(recipe, tmp_path, monkeypatch):
    begun = run(recipe, tmp_path / "begun")
    more = replace(recipe, start=str(begun))
    moved = load_file(run(more, tmp_path / "moved"))
    mixed = replace(more, start_share=0.25)
    kept = run(mixed, tmp_path / "kept")
    for name, first in load_file(begun).items():
        torch.testing.assert_close(load_file(kept)[name], 0.75 * moved[name] + 0.25 * first)
    assert not same(kept, begun)
    killed(mixed, tmp_path / "resumed", 15, monkeypatch)
    assert same(kept, run(mixed, tmp_path / "resumed", resume=True))


def test_what_was_not_trained_has_no_share(photos, tmp_path):
    with pytest.raises(RecipeError, match=r"start_share of 0.5 is one of trained weights: give those with --set"):
        run(parse(TINY, [f"data={photos}", "start_share=0.5"]), tmp_path)


def test_two_runs_and_a_resumed_one_agree_bit_for_bit(recipe, tmp_path, monkeypatch):
    straight = run(recipe, tmp_path / "a")
    assert same(straight, run(recipe, tmp_path / "b"))

    step = torch.optim.Adam.step
    steps = []

    def killed_in_step_14(self, *args, **kwargs):
        steps.append(1)
        if len(steps) == 14:
            raise KeyboardInterrupt
        return step(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(torch.optim.Adam, "step", killed_in_step_14)
        with pytest.raises(KeyboardInterrupt):
            run(recipe, tmp_path / "c")
    resumed = run(recipe, tmp_path / "c", resume=True)
    assert same(straight, resumed)
    assert same(tmp_path / "a" / "checkpoint.safetensors", tmp_path / "c" / "checkpoint.safetensors")


def test_every_loss_trains_and_resumes_bit_for_bit(every_loss, tmp_path, monkeypatch):
    text, overrides = every_loss
    few = ["mixture.whole=[[1,110,100]]", "mixture.regions=1"]
    recipe = parse(text, [*overrides, *few, "steps=4", "report_every=1", "validate_every=2"])
    straight = run(recipe, tmp_path / "a")

    killed(recipe, tmp_path / "b", 3, monkeypatch)
    assert same(straight, run(recipe, tmp_path / "b", resume=True))
    assert same(tmp_path / "a" / "checkpoint.safetensors", tmp_path / "b" / "checkpoint.safetensors")

    held = {key.partition("/")[0] for key in load_file(tmp_path / "a" / "checkpoint.safetensors")}
    assert held == {"network", "average", "discriminator", "adam", "discriminator_adam", "random"}
    lines = [[json.loads(line) for line in (tmp_path / run / "log.jsonl").read_text().splitlines()] for run in "ab"]
    for one, other in zip(*lines, strict=True):
        timing = {"seconds", "waiting"}
        assert {k: v for k, v in one.items() if k not in timing} == {k: v for k, v in other.items() if k not in timing}
    expected = {"contextual", "texture", "distillation", "discriminator", "discriminator_accuracy", "objective"}
    assert lines[0][0].keys() >= expected


def test_worker_processes_change_nothing(photos, tmp_path):
    short = ["steps=6", "validate_every=6", f"data={photos}"]
    alone = run(parse(TINY, short), tmp_path / "a")
    assert same(alone, run(parse(TINY, [*short, "workers=2"]), tmp_path / "b"))


def test_a_run_leaves_what_a_card_needs(recipe, tmp_path):
    run(recipe, tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines if "l1" in line] == [5, 10, 15, 20]
    assert {"psnr", "ms_ssim", "psnr_colour_fit", "hue", "grey_cast"} < lines[-1].keys()
    assert parse((tmp_path / "recipe.toml").read_text()) == recipe
    trained_on = [line.split("  ") for line in (tmp_path / "trained-on.txt").read_text().splitlines()]
    assert [name for _, name in trained_on] == TARGETS
    assert all(len(digest) == 64 for digest, _ in trained_on)


def test_training_lowers_the_loss(photos, tmp_path):
    recipe = parse(TINY, [f"data={photos}", "steps=60", "report_every=20", "validate_every=60"])
    run(recipe, tmp_path)
    losses = [line["l1"] for line in map(json.loads, (tmp_path / "log.jsonl").read_text().splitlines()) if "l1" in line]
    assert losses[-1] < losses[0]


def test_a_loss_that_is_no_number_is_named_with_its_step(recipe, tmp_path, monkeypatch):
    calls = []

    def breaks(view):
        calls.append(1)
        return torch.dist(view.output, view.target) / (0 if len(calls) == 8 else 1)

    monkeypatch.setitem(LOSSES, "ssim", Loss(breaks))
    with pytest.raises(DivergenceError, match="The loss ssim is no longer a number at step 7"):
        run(recipe, tmp_path)
    assert not (tmp_path / "checkpoint.safetensors").exists()


def test_an_objective_that_grows_out_of_measure_stops_the_run(recipe, tmp_path, monkeypatch):
    calls = []

    def grows(view):
        calls.append(1)
        return view.output.mean() * 0 + 2.0 ** len(calls)

    monkeypatch.setitem(LOSSES, "ssim", Loss(grows))
    with pytest.raises(DivergenceError, match=r"The objective has grown from .* at step 10, ssim most of all"):
        run(recipe, tmp_path)


def test_the_best_weights_are_kept(recipe, tmp_path, monkeypatch):
    figures = iter([{"psnr": 20.0}, {"psnr": 19.0}])
    monkeypatch.setattr("ppcn.training.validation.Validation.__call__", lambda *_: next(figures))
    final = run(recipe, tmp_path)
    assert read_state(tmp_path / "checkpoint.safetensors").best == 20.0
    assert not same(final, tmp_path / "student.best.safetensors")


def test_training_on_pairs(tmp_path):
    rng = np.random.default_rng(0)
    for side in ("input", "target"):
        (tmp_path / "pairs" / side).mkdir(parents=True)
        for k in range(6):
            pixels = (rng.random((20, 24, 3)) * 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / "pairs" / side / f"{k}.png")
    pairs = ["source=pairs", "pairs.batch=3", "pairs.patch=16", "pairs.held_back=2", "validate_every=20"]
    run(parse(TINY, [*pairs, f"data={tmp_path / 'pairs'}"]), tmp_path / "run")
    assert len((tmp_path / "run" / "trained-on.txt").read_text().splitlines()) == 8
    last = json.loads((tmp_path / "run" / "log.jsonl").read_text().splitlines()[-1])
    assert {"psnr", "ms_ssim", "psnr_colour_fit", "hue"} < last.keys()


def test_super_resolution_trains_and_resumes_bit_for_bit(small_crops, tmp_path, monkeypatch):
    text, overrides = small_crops
    recipe = parse(text, overrides)
    straight = run(recipe, tmp_path / "a")
    lines = [json.loads(line) for line in (tmp_path / "a" / "log.jsonl").read_text().splitlines()]
    judged = [line for line in lines if "psnr_y" in line]
    assert [line["step"] for line in judged] == [10, 20]
    assert judged[0].keys() == {"step", "seconds", "psnr_y", "ssim_y"}
    assert read_state(tmp_path / "a" / "checkpoint.safetensors").best == pytest.approx(
        max(line["psnr_y"] for line in judged), rel=1e-4
    )
    losses = [line["l1"] for line in lines if "l1" in line]
    assert losses[-1] < losses[0]
    trained_on = {line.split("  ")[1] for line in (tmp_path / "a" / "trained-on.txt").read_text().splitlines()}
    assert trained_on == set(TARGETS)

    killed(recipe, tmp_path / "b", 14, monkeypatch)
    assert same(straight, run(recipe, tmp_path / "b", resume=True))
    assert same(tmp_path / "a" / "checkpoint.safetensors", tmp_path / "b" / "checkpoint.safetensors")


def test_the_enhancer_trains_and_resumes_bit_for_bit(photos, tmp_path, monkeypatch):
    recipe = parse(TINY, [*WHOLE, f"data={photos}"])
    straight = run(recipe, tmp_path / "a")
    assert read_state(tmp_path / "a" / "checkpoint.safetensors").best > 0
    lines = [json.loads(line) for line in (tmp_path / "a" / "log.jsonl").read_text().splitlines()]
    assert {"l1", "log_mse", "ssim", "detail", "liveliness"} < lines[0].keys()
    trained_on = {line.split("  ")[1] for line in (tmp_path / "a" / "trained-on.txt").read_text().splitlines()}
    assert trained_on
    assert not any(is_held_back(Path(name)) for name in trained_on)

    killed(recipe, tmp_path / "b", 5, monkeypatch)
    assert same(straight, run(recipe, tmp_path / "b", resume=True))
    assert same(tmp_path / "a" / "checkpoint.safetensors", tmp_path / "b" / "checkpoint.safetensors")


def test_training_goes_on_from_a_trained_network(recipe, tmp_path):
    torch.manual_seed(1)
    begun = Student()
    save(begun, tmp_path / "begun.safetensors")
    frozen = replace(recipe, start=str(tmp_path / "begun.safetensors"), steps=1, averaging=0.0)
    slow = replace(frozen, optimiser=replace(frozen.optimiser, learning_rate=0.0))
    assert same(tmp_path / "begun.safetensors", run(slow, tmp_path / "run"))
    with pytest.raises(RecipeError, match="is no teacher to start from"):
        run(replace(frozen, network="teacher"), tmp_path / "other")


def test_mistakes_are_found_before_training(photos, tmp_path):
    with pytest.raises(RecipeError, match="--set data=FOLDER"):
        run(parse(TINY), tmp_path / "run")
    with pytest.raises(RecipeError, match="No network is called 'studnet'"):
        run(parse(TINY, ["network=studnet", f"data={photos}"]), tmp_path / "run")
    with pytest.raises(RecipeError, match="give another --set start=he"):
        run(parse(TINY, ["network=super-resolution", f"data={photos}"]), tmp_path / "run")
    with pytest.raises(RecipeError, match="No loss is called 'l2'"):
        run(parse(TINY, ["losses.l2=1", f"data={photos}"]), tmp_path / "run")
    with pytest.raises(RecipeError, match="--set teacher=FILE"):
        run(parse(TINY, ["losses.distillation=1", f"data={photos}"]), tmp_path / "run")
    with pytest.raises(RecipeError, match="takes patches of 100 pixels, not 16"):
        run(parse(TINY, ["losses.texture=1", f"data={photos}"]), tmp_path / "run")
    with pytest.raises(RecipeError, match="'whole-photos' is for networks that see the whole photo, and student does"):
        run(parse(TINY, [*WHOLE, "network=student", f"data={photos}"]), tmp_path / "run")
    with pytest.raises(ModelError, match=r"none\.safetensors"):
        run(parse(TINY, ["losses.vgg=1", "features.weights=none.safetensors", f"data={photos}"]), tmp_path / "run")
    with pytest.raises(ModelError, match=r"There is no model 'studnet\.open'"):
        run(parse(TINY, ["start=studnet.open", f"data={photos}"]), tmp_path / "run")
    with pytest.raises(DataError, match="lacks"):
        run(parse(TINY, [f"data={tmp_path}"]), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_folder_that_cannot_be_made_is_named(recipe, tmp_path):
    (tmp_path / "run").write_text("a file")
    with pytest.raises(OutputError, match=r"Cannot write .*recipe\.toml"):
        run(recipe, tmp_path / "run")


def test_a_damaged_checkpoint_is_named(recipe, tmp_path):
    (tmp_path / "checkpoint.safetensors").write_bytes(b"no checkpoint")
    with pytest.raises(CheckpointError, match=r"checkpoint.safetensors cannot be read"):
        run(recipe, tmp_path, resume=True)


def test_a_run_is_not_resumed_with_another_recipe(photos, tmp_path):
    short = ["steps=2", f"data={photos}"]
    run(parse(TINY, short), tmp_path)
    run(parse(TINY, [*short, "workers=1"]), tmp_path, resume=True)
    with pytest.raises(CheckpointError, match="is of another recipe"):
        run(parse(TINY, [*short, "seed=2"]), tmp_path, resume=True)


def test_learning_rate_rises_and_falls(recipe):
    rates = [learning_rate(recipe, step) for step in range(recipe.steps)]
    assert rates.index(max(rates)) in (4, 5)
    assert max(rates) == pytest.approx(1e-3)
    assert rates[-1] < 2e-5


def test_the_published_schedule():
    recipe = load("student")
    assert learning_rate(recipe, 0) == learning_rate(recipe, 9_999) == 5e-4
    assert learning_rate(recipe, 10_000) == learning_rate(recipe, recipe.steps - 1) == pytest.approx(5e-5)


def test_the_start_carries_every_colour():
    chart = colour_chart()
    for seed in range(5):
        torch.manual_seed(seed)
        student = Student()
        near_identity(student)
        output = enhance(student, chart)
        assert np.abs(output - chart).mean() < 0.1
        for channel in range(3):
            assert np.corrcoef(output[..., channel].ravel(), chart[..., channel].ravel())[0, 1] > 0.95


def test_the_chart_shows_what_is_wrong():
    chart = colour_chart()
    assert chart.shape == (96, 288, 3)
    assert chart_errors(chart) == pytest.approx({"hue": 0, "grey_cast": 0}, abs=1e-3)
    merged = chart.copy()
    merged[..., 1] = merged[..., 0]  # red and green become one
    assert chart_errors(merged)["hue"] > 59
    assert chart_errors(chart * np.array([1, 0.9, 1], np.float32))["grey_cast"] == pytest.approx(0.095, abs=1e-3)
