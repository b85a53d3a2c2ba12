"""The data source of photographs that a simulated phone degrades: whole ones, and patches of parts, in every step."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.random import Generator
from PIL import Image
from torch.utils.data import Dataset

from ppcn.arrays import Pixels
from ppcn.data import photographs
from ppcn.data.degradations import simulate_phone
from ppcn.data.groups import Group, grouped
from ppcn.data.source import Share, TrainingData, draw
from ppcn.errors import RecipeError

SMALLEST = 11  # SSIM's window
WIDTH = 360  # of held-out photographs: small, so that a validation takes seconds


@dataclass(frozen=True)
class PhotographSource:
    """Settings: what one step sees, photos and patches, as statistics of a patch are not those of a photo."""

    source: ClassVar[str] = "photographs"

    # Whole photographs: count, width and height; one of these is drawn for a step, and lies or stands.
    whole: tuple[tuple[int, int, int], ...] = ((5, 240, 160), (2, 384, 256), (1, 528, 352))
    regions: int = 4  # parts of photographs that are degraded ...
    region: int = 220  # ... with sides of so many pixels ...
    patches: int = 4  # ... and as many patches from each ...
    patch: int = 100  # ... with sides as DPED's
    reduction: float = 2.5  # parts are reduced by 1 to this before they are degraded

    def __post_init__(self) -> None:
        """Refuse counts and sizes that cannot be cut: raises RecipeError."""
        counts = [self.regions, self.patches, *(count for count, _, _ in self.whole)]
        sides = [self.patch, *(side for _, *sides in self.whole for side in sides)]
        smallest = min([self.region, *sides])  # losses look at windows as large as patches
        fits = SMALLEST <= self.patch <= smallest and 1 <= self.reduction < math.inf
        if not self.whole or min(counts) < 1 or not fits:
            raise RecipeError(
                f"The recipe's mixture needs counts of 1 or more, patches of {SMALLEST} or more, whole photographs and "
                "regions no smaller than those, and a reduction of 1 or more."
            )

    def open(self, folder: Path, seed: int, share: Share, device: torch.device) -> TrainingData:  # noqa: ARG002
        """Train towards ``photographs.TARGETS`` and hold ``photographs.HELD_OUT`` out; raises as ``DataSource``."""
        files = photographs.find(folder, photographs.TARGETS)
        held_out = [(degraded, original) for _, degraded, original in photographs.held_out_pairs(folder, WIDTH)]
        return TrainingData(DegradedPhotographs(files, self, seed, share), self.patch, files, held_out)


class DegradedPhotographs(Dataset[list[Group]]):
    """Item k is what step k sees: two groups of pairs (whole, patches). A function of (seed, k) alone."""

    def __init__(self, paths: Sequence[Path], mixture: PhotographSource, seed: int, share: Share = (0, 1)) -> None:
        """Read all photographs into memory (3 MB a megapixel); raises DataError, and RecipeError for unequal shares."""
        counts = [mixture.regions, *(count for count, _, _ in mixture.whole)]
        if any(count % share[1] for count in counts):
            raise RecipeError(
                f"The mixture's counts of regions and of whole photographs, {counts}, cannot be shared equally among "
                f"{share[1]} processes: make them multiples of {share[1]}."
            )
        self.photographs = [photographs.read(path) for path in paths]
        self.mixture = mixture
        self.seed = seed
        self.share = share

    def __getitem__(self, step: int) -> list[Group]:
        """Draw, degrade and stack the pairs of one step."""
        mix = self.mixture
        rng = np.random.default_rng((self.seed, step))
        count, *size = mix.whole[rng.integers(len(mix.whole))]
        width, height = size if rng.random() < 0.7 else size[::-1]
        corner = int(rng.integers(height % mix.patch + 1)), int(rng.integers(width % mix.patch + 1))
        whole = [self._whole(photograph, own, width, height) for photograph, own in self._draw(count, rng)]
        parts = [self._patches(photograph, own) for photograph, own in self._draw(mix.regions, rng)]
        return [grouped(whole, corner), grouped([pair for part in parts for pair in part])]

    def _draw(self, count: int, rng: Generator) -> list[tuple[Image.Image, Generator]]:
        return [(self.photographs[k], own) for k, own in draw(len(self.photographs), count, rng, self.share)]

    def _whole(self, photograph: Image.Image, rng: Generator, width: int, height: int) -> tuple[Pixels, Pixels]:
        largest = min(photograph.width / width, photograph.height / height)
        target = photographs.cut(photograph, width, height, largest * rng.uniform(0.85, 1), rng)
        return _degraded(target, rng), target

    def _patches(self, photograph: Image.Image, rng: Generator) -> list[tuple[Pixels, Pixels]]:
        mix = self.mixture
        largest = min(min(photograph.size) / mix.region, mix.reduction)
        target = photographs.cut(photograph, mix.region, mix.region, rng.uniform(1, max(1, largest)), rng)
        degraded = _degraded(target, rng)
        corners = rng.integers(mix.region - mix.patch + 1, size=(mix.patches, 2))
        places = [(slice(y, y + mix.patch), slice(x, x + mix.patch)) for y, x in corners]
        return [(degraded[place], target[place]) for place in places]


def _degraded(photo: Pixels, rng: Generator) -> Pixels:
    return simulate_phone(photo, int(rng.integers(2**63)))
