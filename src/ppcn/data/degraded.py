"""Training pairs: photographs degraded whole, and patches cut from degraded parts of them, in every step."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from ppcn.data.degradations import Photo, old_phone
from ppcn.data.photographs import as_photo, read
from ppcn.errors import RecipeError

Pairs = tuple[Tensor, Tensor]  # inputs and targets, each NxCxHxW in [0, 1]
SMALLEST = 11  # SSIM's window


@dataclass(frozen=True)
class Mixture:
    """What one step sees.

    Contrast and instance normalisation use statistics of the whole picture, and a patch has others than a photo
    (design: "Patch statistics are not photo statistics"): so the network meets both in every step.
    """

    # Whole photographs: count, width and height; one of these is drawn for a step, and lies or stands.
    whole: tuple[tuple[int, int, int], ...] = ((5, 240, 160), (2, 384, 256), (1, 528, 352))
    regions: int = 4  # parts of photographs that are degraded ...
    region: int = 220  # ... with sides of so many pixels ...
    patches: int = 4  # ... and as many patches from each ...
    patch: int = 100  # ... with sides as DPED's
    reduction: float = 2.5  # parts are reduced by 1 to this before they are degraded
    swapped: float = 0.0  # share of photographs with red, green and blue in random order: no colour is favoured

    def __post_init__(self) -> None:
        """Refuse counts and sizes that cannot be cut: raises RecipeError."""
        counts = [self.regions, self.patches, *(count for count, _, _ in self.whole)]
        sides = [self.patch, *(side for _, *sides in self.whole for side in sides)]
        if not self.whole or min(counts) < 1 or min(sides) < SMALLEST or self.patch > self.region or self.reduction < 1:
            raise RecipeError(
                f"The recipe's mixture needs counts of 1 or more, sides of {SMALLEST} or more, patches no larger than "
                "their region, and a reduction of 1 or more."
            )


class DegradedPhotographs(Dataset[list[Pairs]]):
    """Item k is what step k sees: two groups of pairs (whole photographs, patches). A function of (seed, k) alone."""

    def __init__(self, paths: Sequence[Path], mixture: Mixture, seed: int) -> None:
        """Read all photographs into memory (3 MB a megapixel); raises DataError."""
        self.photographs = [read(path) for path in paths]
        self.mixture = mixture
        self.seed = seed

    def __getitem__(self, step: int) -> list[Pairs]:
        """Draw, degrade and stack the pairs of one step."""
        rng = np.random.default_rng((self.seed, step))
        return [_stack(self._whole(rng)), _stack(self._patches(rng))]

    def _whole(self, rng: Generator) -> list[tuple[Photo, Photo]]:
        count, *size = self.mixture.whole[rng.integers(len(self.mixture.whole))]
        width, height = size if rng.random() < 0.7 else size[::-1]
        pairs = []
        for photograph in self._draw(count, rng):
            largest = min(photograph.width / width, photograph.height / height)
            target = _cut(photograph, width, height, largest * rng.uniform(0.85, 1), rng)
            target = self._swapped(target, rng)
            pairs.append((_degraded(target, rng), target))
        return pairs

    def _patches(self, rng: Generator) -> list[tuple[Photo, Photo]]:
        mix = self.mixture
        pairs = []
        for photograph in self._draw(mix.regions, rng):
            largest = min(min(photograph.size) / mix.region, mix.reduction)
            target = _cut(photograph, mix.region, mix.region, rng.uniform(1, max(1, largest)), rng)
            target = self._swapped(target, rng)
            degraded = _degraded(target, rng)
            for _ in range(mix.patches):
                y, x = rng.integers(mix.region - mix.patch + 1, size=2)
                window = slice(y, y + mix.patch), slice(x, x + mix.patch)
                pairs.append((degraded[window], target[window]))
        return pairs

    def _swapped(self, photo: Photo, rng: Generator) -> Photo:
        """Swap colours in some photographs; where none are to be swapped, nothing is drawn."""
        if self.mixture.swapped and rng.random() < self.mixture.swapped:
            return photo[:, :, rng.permutation(3)]
        return photo

    def _draw(self, count: int, rng: Generator) -> list[Image.Image]:
        return [self.photographs[k] for k in rng.choice(len(self.photographs), count, count > len(self.photographs))]


def _cut(photograph: Image.Image, width: int, height: int, reduction: float, rng: Generator) -> Photo:
    """Cut a random part, ``reduction`` times as large, reduce it to width x height; half of them mirrored."""
    left = rng.uniform(0, max(0, photograph.width - width * reduction))
    top = rng.uniform(0, max(0, photograph.height - height * reduction))
    box = (left, top, left + width * reduction, top + height * reduction)
    box = (left, top, min(box[2], photograph.width), min(box[3], photograph.height))
    part = as_photo(photograph.resize((width, height), Image.Resampling.BICUBIC, box=box, reducing_gap=2))
    return part[:, ::-1] if rng.random() < 0.5 else part


def _degraded(photo: Photo, rng: Generator) -> Photo:
    return old_phone(photo, int(rng.integers(2**63)))


def _stack(pairs: Sequence[tuple[Photo, Photo]]) -> Pairs:
    inputs, targets = (np.stack(side).transpose(0, 3, 1, 2) for side in zip(*pairs, strict=True))
    return torch.from_numpy(np.ascontiguousarray(inputs)), torch.from_numpy(np.ascontiguousarray(targets))
