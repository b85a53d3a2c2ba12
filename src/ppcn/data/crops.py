"""The data source of super-resolution: parts of photographs, and the small pictures made of them, in every step."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor
from torch.nn import functional
from torch.utils.data import Dataset

from ppcn.arrays import Pixels
from ppcn.data import photographs
from ppcn.data.degradations import simulate_low_quality
from ppcn.data.groups import Group
from ppcn.data.originals import find_originals, reduced, trimmed
from ppcn.data.pixels import read_pixels, size
from ppcn.data.source import Share, TrainingData, draw
from ppcn.errors import DataError, RecipeError
from ppcn.images.pixels.resize import resize

SCALE = 4  # how many times the network enlarges
SMALLEST = 3  # of the small pictures: SSIM's window has 11 pixels
IN_MEMORY = 2**31  # bytes of pictures that are kept decoded; those beyond are read again whenever they are drawn
STRETCH = 1.25  # how much more rows of a varied picture may shrink than columns, or columns than rows
WIDTH = 480  # of held-out photographs: as BSD100's, and small, so that a validation takes seconds


@dataclass(frozen=True)
class CropSource:
    """Settings: what one step sees, and which photographs are held out."""

    source: ClassVar[str] = "crops"

    batch: int = 16
    patch: int = 96  # sides of the small pictures; the parts of photographs have four times these
    shrink: float = 1.0  # photographs are made up to so many times smaller before: there is more to see in each part
    varied: bool = False  # colours change places; with shrink, rows and columns shrink by factors of their own
    worn: bool = False  # degrade the small pictures, as by phones and messengers: blur, noise, JPEG
    folders: tuple[str, ...] = (".",)  # of photographs, as seen from the recipe's data
    held_back: int = 12  # photographs to watch the network by, where none of the twelve of ppcn.data.photographs is

    def __post_init__(self) -> None:
        """Refuse what cannot be cut: raises RecipeError."""
        if self.batch < 1 or self.patch < SMALLEST or self.shrink < 1 or not self.folders or self.held_back < 1:
            raise RecipeError(
                f"The recipe's crops need a batch of 1 or more, patches of {SMALLEST} or more, a shrink of 1 or more, "
                "a folder, and held_back of 1 or more."
            )

    def open(self, folder: Path, seed: int, share: Share, device: torch.device) -> TrainingData:
        """Train on what ``split`` gives; raises as ``DataSource``."""
        files, held_out = split(folder, self)
        # The simulated degradations run on the CPU, and Apple's GPUs have no float64.
        prepares = str(device) if device.type == "cuda" and not self.worn else "cpu"
        return TrainingData(
            ReducedCrops(files, self, seed, share, prepares),
            self.side,
            files,
            held_out_pairs(held_out, self),
            task="super-resolution",
            device=prepares,
            equal_steps=True,
        )

    @property
    def side(self) -> int:
        """Sides of the parts of photographs."""
        return SCALE * self.patch


def split(folder: Path, section: CropSource) -> tuple[list[Path], list[Path]]:
    """Return the photographs to train on and the held-out ones, after looking at every file's header.

    Held out are those of ``photographs.HELD_OUT``; where none of them is there, the last ``section.held_back`` of all
    by name. Raises DataError for a folder without pictures, too few of them, and one smaller than the parts to cut.
    """
    paths = [path for name in section.folders for path in find_originals(folder / name)]
    held_out = [path for path in paths if path.name in photographs.HELD_OUT]
    held_out = held_out or sorted(paths, key=lambda path: path.name)[-section.held_back :]
    training = [path for path in paths if path not in held_out]
    if not training:
        raise DataError(
            f"{folder} has {len(paths)} photographs, and all are held back: give more, or hold back fewer with --set "
            "crops.held_back=N."
        )
    small = [path for path in paths if min(size(path)) < section.side]
    if small:
        width, height = size(small[0])
        more = f", and {len(small) - 1} more are too small" if len(small) > 1 else ""
        raise DataError(
            f"{small[0]} is {width}x{height} pixels, smaller than the parts of {section.side} to cut{more}: lower "
            "crops.patch."
        )
    return training, held_out


def held_out_pairs(paths: Sequence[Path], section: CropSource) -> list[tuple[Pixels, Pixels]]:
    """Return pairs of a small picture and its photograph of ``WIDTH`` columns, both HxWx3 in [0, 1]."""
    originals = [trimmed(photographs.reduced(photographs.read(path), WIDTH), SCALE) for path in paths]
    small = [reduced(original, SCALE) for original in originals]
    if section.worn:
        small = [simulate_low_quality(picture, np.random.default_rng(k)) for k, picture in enumerate(small)]
    return list(zip(small, originals, strict=True))


class ReducedCrops(Dataset[list[Group]]):
    """Item k is what step k sees, one group of small pictures and their originals: a function of (seed, k) alone.

    ``share`` is as in ``draw``. Every photograph is drawn as often as any other, flipped and turned at random.
    """

    def __init__(
        self, paths: Sequence[Path], section: CropSource, seed: int, share: Share = (0, 1), device: str = "cpu"
    ) -> None:
        """Read what ``split`` returned (3 MB a megapixel) to ``device``; raises DataError and RecipeError."""
        if section.batch % share[1]:
            raise RecipeError(f"A batch of {section.batch} crops cannot be shared equally among {share[1]} processes.")
        self.paths, self.section, self.seed, self.share, self.device = paths, section, seed, share, device
        self._decoded = [picture.to(device) for picture in _read(paths)]

    def __getitem__(self, step: int) -> list[Group]:
        """Draw, cut and reduce the photographs of one step."""
        rng = np.random.default_rng((self.seed, step))
        draws = draw(len(self.paths), self.section.batch, rng, self.share)
        group = small_and_large([self._part(number, own) for number, own in draws])
        if self.section.worn:
            small = [
                simulate_low_quality(picture.permute(1, 2, 0).numpy(), own)
                for picture, (_, own) in zip(group.inputs, draws, strict=True)
            ]
            group = group._replace(inputs=torch.from_numpy(np.stack(small)).permute(0, 3, 1, 2).contiguous())
        return [group]

    def _part(self, number: int, rng: Generator) -> Tensor:
        inside = number < len(self._decoded)
        pixels = self._decoded[number] if inside else _pixels(self.paths[number]).to(self.device)
        rows, columns = self._cut(min(pixels.shape[1:]), rng)
        top, left = rng.integers(pixels.shape[1] - rows + 1), rng.integers(pixels.shape[2] - columns + 1)
        part = pixels[:, top : top + rows, left : left + columns]
        if max(rows, columns) > self.section.side:
            part = _shrunk(part, self.section.side)
        if self.section.varied:
            part = torch.stack([part[channel] for channel in rng.permutation(3)])
        part = torch.rot90(part, int(rng.integers(4)), (1, 2))
        return part.flip(2) if rng.random() < 0.5 else part

    def _cut(self, least: int, rng: Generator) -> tuple[int, int]:
        """Draw how many rows and columns are taken from a photograph whose shorter side is ``least``."""
        factors = [1.0, 1.0]
        if self.section.shrink > 1:
            factors = [rng.uniform(1, min(self.section.shrink, least / self.section.side))] * 2
            if self.section.varied:
                factors[rng.integers(2)] /= rng.uniform(1, STRETCH)
        rows, columns = (int(self.section.side * max(1, factor)) for factor in factors)
        return rows, columns


def _shrunk(part: Tensor, side: int) -> Tensor:
    """Return a part of a picture, 3xHxH of bytes, made smaller."""
    if part.device.type == "cpu":  # where torch takes bytes, and a fifth of the time that Pillow takes
        return functional.interpolate(part[None], (side, side), mode="bicubic", antialias=True)[0]
    part = functional.interpolate(part[None].float(), (side, side), mode="bicubic", antialias=True)[0]
    return part.round().clamp(0, 255).byte()


def small_and_large(parts: Sequence[Tensor]) -> Group:
    """Return pictures (3xHxH of bytes, H a multiple of four), and the small ones made of them, stacked.

    These are what ``resize`` makes, rounded to 8 bits, to the last bit: its weights are multiples of 1/4096, so sums
    are exact in float32 for columns and in float64 for rows. One picture at a time stays in the processor's cache.
    """
    weights = _weights(parts[0].shape[-1], parts[0].device)
    columns, rows = weights.float(), weights.T
    large = [part.contiguous().float() for part in parts]
    small = [(columns @ picture).double() @ rows for picture in large]
    return Group((torch.stack(small).clamp(0, 255) + 0.5).floor().float() / 255, torch.stack(large).div_(255))


@cache
def _weights(side: int, device: torch.device) -> Tensor:
    """Return the matrix, side/4 x side, that makes a column of pixels small: what ``resize`` makes of the identity."""
    return torch.from_numpy(resize(np.eye(side), side // SCALE, side)).to(device)


def _read(paths: Sequence[Path]) -> list[Tensor]:
    """Read pictures, the first first, until the next ones no longer fit into memory."""
    found: list[Tensor] = []
    room = IN_MEMORY
    for path in paths:
        width, height = size(path)
        room -= 3 * width * height
        if room < 0:
            break
        found.append(_pixels(path))
    return found


def _pixels(path: Path) -> Tensor:
    """Read a picture as 3xHxW of bytes, a pixel's three side by side in memory."""
    return torch.tensor(read_pixels(path)).permute(2, 0, 1)
