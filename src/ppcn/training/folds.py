"""Cross-validation: one network a fold, trained on the other folds."""

from collections.abc import Sequence
from pathlib import Path

from ppcn.data.paired import pairs_of_folds
from ppcn.errors import RecipeError
from ppcn.training import checkpoints
from ppcn.training.loop import run
from ppcn.training.recipe import Recipe, as_toml, load


def run_folds(
    name: str | Path, overrides: Sequence[str], out: Path, resume: bool = False, quiet: bool = False
) -> list[Path]:
    """Train a recipe on pairs once for each fold k of its data, into ``out/fold-k``, and return the weights' files.

    ``name`` and ``overrides`` are as for ``load``. With ``resume``, finished folds are left alone. Raises RecipeError
    for a recipe not on pairs, and DataError where its data has no folds; other errors as ``load`` and ``run``.
    """
    recipe = load(name, overrides)
    if recipe.source != "pairs":
        raise RecipeError(f"Folds are of pairs, but the recipe {name} is on {recipe.source}: leave out --folds.")
    if not recipe.data:
        raise RecipeError("The recipe names no folder of pairs: give it with --set data=FOLDER.")
    weights = []
    for fold in pairs_of_folds(Path(recipe.data), recipe.pairs.phone):
        part = load(name, [*overrides, f"pairs.fold={fold}"])
        folder = out / f"fold-{fold}"
        if resume and _finished(part, folder):
            weights.append(folder / f"{part.network}.safetensors")
        else:
            weights.append(run(part, folder, resume=resume, quiet=quiet))
    return weights


def _finished(recipe: Recipe, folder: Path) -> bool:
    """Say whether nothing of this very recipe is left to do; of another one, ``run`` decides what happens."""
    checkpoint = folder / "checkpoint.safetensors"
    if not (folder / f"{recipe.network}.safetensors").exists() or not checkpoint.exists():
        return False
    state = checkpoints.read_state(checkpoint)
    return state.step >= recipe.steps and state.recipe == as_toml(recipe)
