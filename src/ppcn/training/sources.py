"""Where a recipe's pictures come from: what steps see, and what is held back to watch the network."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.utils.data import Dataset

from ppcn.data import crops, paired, photographs
from ppcn.data.crops import ReducedCrops
from ppcn.data.degraded import DegradedPhotographs
from ppcn.data.draws import Share
from ppcn.data.groups import Group
from ppcn.data.paired import PairedPatches
from ppcn.errors import RecipeError
from ppcn.training.recipe import Recipe
from ppcn.training.validation import Validation, of_enhancement, of_super_resolution

WIDTH = 360  # of held-back photographs: small, so that a validation takes seconds


@dataclass(frozen=True)
class Source:
    """Pictures to train on and pictures held back."""

    steps: Dataset[list[Group]]  # item k is what step k sees
    side: int  # of the windows that losses compare
    files: Sequence[Path]  # that it is made of
    validation: Validation  # of pictures that are held back
    prepared_on: str = "cpu"  # the device; on another than the CPU there are no workers
    alike: bool = False  # every step's pictures are as large as any other's, as many, and compared from the same corner


def open_source(recipe: Recipe, share: Share, device: torch.device) -> Source:
    """Open what the recipe names, for a network on ``device``.

    Raises RecipeError and DataError, before anything is trained.
    """
    if not recipe.data:
        raise RecipeError("The recipe names no folder of pictures: give it with --set data=FOLDER.")
    return SOURCES[recipe.source](recipe, Path(recipe.data), share, device)


def _photographs(recipe: Recipe, folder: Path, share: Share, _: torch.device) -> Source:
    files = photographs.find(folder, photographs.targets())
    held_back = [(degraded, original) for _, degraded, original in photographs.held_back_pairs(folder, WIDTH)]
    return Source(
        DegradedPhotographs(files, recipe.mixture, recipe.seed, share),
        recipe.mixture.patch,
        files,
        of_enhancement(held_back),
    )


def _pairs(recipe: Recipe, folder: Path, share: Share, _: torch.device) -> Source:
    pairs, held_back = paired.split(folder, recipe.pairs)
    return Source(
        PairedPatches(pairs, recipe.pairs, recipe.seed, share),
        recipe.pairs.patch,
        [path for pair in pairs for path in pair],
        of_enhancement(paired.ReadPairs(held_back)),
    )


def _crops(recipe: Recipe, folder: Path, share: Share, device: torch.device) -> Source:
    files, held_back = crops.split(folder, recipe.crops)
    # Cameras are imitated on the CPU, and Apple's GPUs have no float64.
    prepared_on = str(device) if device.type == "cuda" and not recipe.crops.worn else "cpu"
    return Source(
        ReducedCrops(files, recipe.crops, recipe.seed, share, prepared_on),
        recipe.crops.side,
        files,
        of_super_resolution(crops.held_back_pairs(held_back, recipe.crops)),
        prepared_on,
        alike=True,
    )


SOURCES: dict[str, Callable[[Recipe, Path, Share, torch.device], Source]] = {
    "photographs": _photographs,
    "pairs": _pairs,
    "crops": _crops,
}
