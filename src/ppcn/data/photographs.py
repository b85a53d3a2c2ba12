"""The freely licensed photographs: which are trained on, which are held out, and how they are read."""

import hashlib
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import numpy as np
from numpy.random import Generator
from PIL import Image

from ppcn.arrays import Pixels
from ppcn.data.degradations import grey, simulate_phone
from ppcn.data.pixels import as_floats, read_pixels
from ppcn.errors import DataError

_LISTS = tomllib.loads(files("ppcn.data").joinpath("photographs.toml").read_text())
TARGETS: list[str] = _LISTS["targets"]  # names of the photographs that networks are trained towards
HELD_BACK_SHARE = 0.0826  # of other photographs
HELD_OUT: list[str] = _LISTS["held_back"]  # of the twelve that no network is trained on


def well_exposed(photo: Pixels) -> bool:
    """Tell whether a photo (HxWx3 in [0, 1]) may serve as a target: not dark, not flat, with bright parts and colour.

    The rule behind ``TARGETS``; a few that pass are left out by eye (fog, silhouettes, paintings, tints).
    """
    luminance = grey(photo)
    dark, middle, bright = np.percentile(luminance, [5, 50, 95])
    colour = float(np.mean(photo.max(2) - photo.min(2)))
    middling = 0.29 <= float(luminance.mean()) <= 0.8 and middle >= 0.24
    return bool(middling and bright >= 0.58 and bright - dark >= 0.2 and colour >= 0.025)


def is_held_back(path: Path) -> bool:
    """Tell whether a photograph is one of the twelve, or among the twelfth that the sha256 of the name holds back.

    This is a rule and no list, so it holds for any folder. It holds back 60 of 732 photographs of ours.
    """
    digest = hashlib.sha256(path.stem.encode()).digest()
    return path.name in HELD_OUT or int.from_bytes(digest[:4], "big") < HELD_BACK_SHARE * 2**32


def find(folder: Path, names: Sequence[str]) -> list[Path]:
    """Return the paths of the named photographs in ``folder``; raises DataError where one is missing."""
    missing = [name for name in names if not (folder / name).is_file()]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise DataError(f"{folder} lacks {missing[0]}{more}: give the folder of photographs with --set data=FOLDER.")
    return [folder / name for name in names]


def read(path: Path) -> Image.Image:
    """Read a photograph as 8-bit RGB; raises DataError where it cannot be read."""
    return Image.fromarray(read_pixels(path))


def reduced(photograph: Image.Image, width: int) -> Pixels:
    """Return the whole photograph at ``width`` pixels (never enlarged), HxWx3 in [0, 1]."""
    width = min(width, photograph.width)
    size = (width, max(1, round(photograph.height * width / photograph.width)))
    return as_floats(photograph.resize(size, Image.Resampling.LANCZOS))


def cut(photograph: Image.Image, width: int, height: int, reduction: float, rng: Generator) -> Pixels:
    """Cut a random part, ``reduction`` times as large, reduce it to width x height; half of them mirrored."""
    left = rng.uniform(0, max(0, photograph.width - width * reduction))
    top = rng.uniform(0, max(0, photograph.height - height * reduction))
    box = (left, top, left + width * reduction, top + height * reduction)
    box = (left, top, min(box[2], photograph.width), min(box[3], photograph.height))
    part = as_floats(photograph.resize((width, height), Image.Resampling.BICUBIC, box=box, reducing_gap=2))
    return part[:, ::-1] if rng.random() < 0.5 else part


def held_out_pairs(folder: Path, width: int, draws: int = 1) -> Iterator[tuple[str, Pixels, Pixels]]:
    """Yield name, degraded and original of each held-out photograph at ``width``, ``draws`` times, fixed seeds."""
    for k, path in enumerate(find(folder, HELD_OUT)):
        original = reduced(read(path), width)
        for draw in range(draws):
            yield path.name, simulate_phone(original, (k, draw)), original
