import json

import pytest
import torch

from ppcn.errors import DataError, RecipeError
from ppcn.training import checkpoints, folds
from ppcn.training.recipe import as_toml, load

RECIPE = """
network = "student"
source = "pairs"
steps = 20
[losses]
l1 = 1
"""


@pytest.fixture
def pairs(tmp_path):
    folder = tmp_path / "pairs"
    for side in ("iphone", "canon"):
        (folder / side).mkdir(parents=True)
        for k in range(4):
            (folder / side / f"{k}.png").touch()  # nobody looks inside
    scenes = {
        f"{k}.png": {"scene": k, "fold": fold, "correlation": 0.9, "identical": False}
        for k, fold in enumerate((2, 0, None, 2))
    }
    (folder / "scenes.json").write_text(json.dumps(scenes))
    return folder


@pytest.fixture
def name(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE)
    return path


@pytest.fixture
def calls(monkeypatch):
    """What ``run`` is called with, instead of training; it leaves the weights and a checkpoint that says "done"."""
    calls = []

    def run(recipe, out, resume=False, quiet=False):
        calls.append((recipe.pairs.fold, out.name, resume, quiet))
        out.mkdir(parents=True, exist_ok=True)
        leave(recipe, out, recipe.steps)
        return out / "student.safetensors"

    monkeypatch.setattr(folds, "run", run)
    return calls


def leave(recipe, out, step):
    checkpoints.save(
        out / "checkpoint.safetensors",
        {"network": torch.nn.Identity()},
        {},
        checkpoints.RunState(step, 1.0, as_toml(recipe)),
    )
    (out / "student.safetensors").touch()


def test_one_run_a_fold(calls, name, pairs, tmp_path):
    weights = folds.run_folds(name, [f"data={pairs}", "seed=3"], tmp_path / "run", quiet=True)
    assert calls == [(0, "fold-0", False, True), (2, "fold-2", False, True)]
    assert weights == [tmp_path / "run" / f"fold-{k}" / "student.safetensors" for k in (0, 2)]


def test_finished_folds_are_left_alone_where_a_run_is_resumed(calls, name, pairs, tmp_path):
    overrides, out = [f"data={pairs}"], tmp_path / "run"
    folds.run_folds(name, overrides, out)
    del calls[:]
    assert len(folds.run_folds(name, overrides, out, resume=True)) == 2
    assert calls == []

    leave(load(name, [*overrides, "pairs.fold=2"]), out / "fold-2", step=19)
    folds.run_folds(name, overrides, out, resume=True)
    (out / "fold-0" / "student.safetensors").unlink()
    folds.run_folds(name, overrides, out, resume=True)
    assert [(fold, resume) for fold, _, resume, _ in calls] == [(2, True), (0, True)]


def test_folds_of_another_recipe_are_for_run_to_refuse(calls, name, pairs, tmp_path):
    folds.run_folds(name, [f"data={pairs}"], tmp_path / "run")
    del calls[:]
    folds.run_folds(name, [f"data={pairs}", "seed=2"], tmp_path / "run", resume=True)
    assert [fold for fold, *_ in calls] == [0, 2]


def test_folds_are_of_pairs_that_have_scenes(calls, name, pairs, tmp_path):
    with pytest.raises(RecipeError, match="is on photographs"):
        folds.run_folds("student-open", [f"data={pairs}"], tmp_path / "run")
    with pytest.raises(RecipeError, match="--set data=FOLDER"):
        folds.run_folds(name, [], tmp_path / "run")
    (pairs / "scenes.json").unlink()
    with pytest.raises(DataError, match=r"no scenes\.json"):
        folds.run_folds(name, [f"data={pairs}"], tmp_path / "run")
    assert calls == []
