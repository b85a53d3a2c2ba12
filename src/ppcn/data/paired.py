"""The data source of pairs, pictures of a phone and of a camera: DPED's, or a folder of one's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch.utils.data import Dataset

from ppcn.arrays import Pixels
from ppcn.data.groups import Group, grouped
from ppcn.data.pairs import TRAINING, Pair, Phone, check_pairs, dped_folder, find_pairs
from ppcn.data.pixels import as_floats, read_pixels
from ppcn.data.scenes import SCENES, Entry, Scenes, by_fold, read_scenes
from ppcn.data.source import Share, TrainingData, draw
from ppcn.errors import DataError, RecipeError

IN_MEMORY = 2**28  # bytes of pictures that are kept decoded; larger sets are read again in every step
SMALLEST = 11  # SSIM's window


@dataclass(frozen=True)
class PairSource:
    """Settings: what one step sees, and which pairs are held out."""

    source: ClassVar[str] = "pairs"

    batch: int = 50
    patch: int = 100  # larger pictures are cut at random
    phone: Phone = "iphone"  # of DPED's
    flips: bool = True  # and transposes
    colour: float = 0.0  # strength of a random change of colours and exposure, the same on both sides
    mix: float = 0.0  # share of pictures that are a blend of two pairs
    fold: int = -1  # the fold of scenes.json that is left out, and pairs in no fold with it; -1: all are trained on
    held_back: int = 100  # pairs to watch the network by, where there are no folds

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn: raises RecipeError."""
        shares = 0 <= self.colour <= 1 and 0 <= self.mix <= 1
        if self.batch < 1 or self.patch < SMALLEST or self.held_back < 0 or self.fold < -1 or not shares:
            raise RecipeError(
                f"The recipe's pairs need a batch of 1 or more, patches of {SMALLEST} or more, colour and mix from 0 "
                "to 1, held_back of 0 or more, and fold -1 or a fold's number."
            )

    def open(self, folder: Path, seed: int, share: Share, device: torch.device) -> TrainingData:  # noqa: ARG002
        """Train on what ``split`` gives; raises as ``DataSource``."""
        pairs, held_out = split(folder, self)
        files = [path for pair in pairs for path in pair]
        return TrainingData(PairedPatches(pairs, self, seed, share), self.patch, files, ReadPairs(held_out))


def split(folder: Path, section: PairSource) -> tuple[list[Pair], list[Pair]]:
    """Return the pairs of ``folder`` to train on and the held-out ones, after checking every file.

    With a fold: the other folds, and it. Else, with a scenes.json: all that are not identical, and none. Else all but
    ``held_back``, chosen once and for all. Raises DataError.
    """
    pairs = find_pairs(folder, section.phone, TRAINING)
    check_pairs(pairs, section.patch)
    scenes = _scenes(folder, section.phone)
    if section.fold >= 0:
        folds = by_fold(folder, pairs, scenes)
        if section.fold not in folds:
            raise DataError(f"{folder / SCENES} has no fold {section.fold}; there are {', '.join(map(str, folds))}.")
        return [pair for fold, ones in folds.items() if fold != section.fold for pair in ones], folds[section.fold]
    if scenes:
        return [pair for pair in pairs if not scenes.get(pair[0].name, Entry()).identical], []
    if len(pairs) <= section.held_back:
        raise DataError(
            f"{folder} has {len(pairs)} pairs, and {section.held_back} are to be held back: give fewer with --set "
            "pairs.held_back=N."
        )
    order = np.random.default_rng(0).permutation(len(pairs)).tolist()
    return [pairs[k] for k in sorted(order[section.held_back :])], [pairs[k] for k in order[: section.held_back]]


def pairs_of_folds(folder: Path, phone: Phone = "iphone") -> dict[int, list[Pair]]:
    """Return the pairs of each fold of a folder's scenes.json, identical ones left out; raises DataError."""
    return by_fold(folder, find_pairs(folder, phone, TRAINING), _scenes(folder, phone))


def _scenes(folder: Path, phone: Phone) -> Scenes:
    """Return what is known of the pairs' scenes; of DPED's training patches nothing: its names are the test's too."""
    return {} if dped_folder(folder, phone) else read_scenes(folder)


def read_pair(pair: Pair) -> tuple[Pixels, Pixels]:
    """Return both pictures of a pair, HxWx3 in [0, 1]; raises DataError."""
    phone, camera = map(as_floats, _read(pair))
    return phone, camera


class ReadPairs:
    """Pairs that are read, as ``read_pair`` does, whenever one goes through them: they may be large."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self._pairs = pairs

    def __iter__(self) -> Iterator[tuple[Pixels, Pixels]]:
        return map(read_pair, self._pairs)


class PairedPatches(Dataset[list[Group]]):
    """Item k is what step k sees, one group of pairs: a function of (seed, k) alone.

    ``share`` is as in ``draw``. Files are read when they are needed, unless all fit into 256 MB.
    """

    def __init__(self, pairs: Sequence[Pair], section: PairSource, seed: int, share: Share = (0, 1)) -> None:
        """Take what ``split`` returned; raises RecipeError for unequal shares, DataError for no pairs."""
        if not pairs:
            raise DataError("There are no pairs to train on.")
        if section.batch % share[1]:
            raise RecipeError(f"A batch of {section.batch} pairs cannot be shared equally among {share[1]} processes.")
        self.pairs, self.section, self.seed, self.share = pairs, section, seed, share
        self._decoded = _all_read(pairs)

    def __getitem__(self, step: int) -> list[Group]:
        """Draw, cut and stack the pairs of one step."""
        rng = np.random.default_rng((self.seed, step))
        draws = draw(len(self.pairs), self.section.batch, rng, self.share)
        return [grouped([self._pair(number, own) for number, own in draws])]

    def _pair(self, number: int, rng: Generator) -> tuple[Pixels, Pixels]:
        pair = self._patch(number, rng)
        if self.section.mix and rng.random() < self.section.mix:
            other = self._patch(int(rng.integers(len(self.pairs))), rng)
            share = np.float32(rng.random())
            pair = _blend(pair[0], other[0], share), _blend(pair[1], other[1], share)
        return recoloured(pair, self.section.colour, rng) if self.section.colour else pair

    def _patch(self, number: int, rng: Generator) -> tuple[Pixels, Pixels]:
        sides = self._decoded[number] if self._decoded else _read(self.pairs[number])
        height, width, _ = sides[0].shape
        side = self.section.patch
        y, x = rng.integers(height - side + 1), rng.integers(width - side + 1)
        flips = rng.random(3) < 0.5 if self.section.flips else (False,) * 3
        phone, camera = (_flipped(pixels[y : y + side, x : x + side], *flips) for pixels in sides)
        return as_floats(phone), as_floats(camera)


def _blend(one: Pixels, other: Pixels, share: np.float32) -> Pixels:
    return np.asarray(one + (other - one) * share, dtype=np.float32)


def recoloured(pair: tuple[Pixels, Pixels], strength: float, rng: Generator) -> tuple[Pixels, Pixels]:
    """Give both pictures of a pair, HxWx3 in [0, 1], the same random gains of red, green and blue, and the same gamma.

    At ``strength`` 1 gamma and gains have a deviation of e^0.3. What exceeds 1 is scaled down, so that nothing clips.
    """
    gamma = np.float32(np.exp(rng.normal(0, 0.3 * strength)))
    gains = np.exp(rng.normal(0, 0.3 * strength, 3)).astype(np.float32)
    phone, camera = (np.power(side, gamma) * gains for side in pair)
    most = np.float32(max(1, phone.max(), camera.max()))
    return phone / most, camera / most


def _flipped(pixels: NDArray[np.uint8], upside_down: bool, mirrored: bool, transposed: bool) -> NDArray[np.uint8]:
    pixels = pixels[::-1] if upside_down else pixels
    pixels = pixels[:, ::-1] if mirrored else pixels
    return pixels.transpose(1, 0, 2) if transposed else pixels


def _all_read(pairs: Sequence[Pair]) -> list[tuple[NDArray[np.uint8], NDArray[np.uint8]]] | None:
    """Read all pairs, or stop where they will not fit into memory if the others are as large as those read so far."""
    found, size = [], 0
    for pair in pairs:
        found.append(_read(pair))
        size += sum(side.nbytes for side in found[-1])
        if size * len(pairs) > IN_MEMORY * len(found):
            return None
    return found


def _read(pair: Pair) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    phone, camera = map(read_pixels, pair)
    return phone, camera
