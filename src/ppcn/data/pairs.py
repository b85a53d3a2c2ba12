"""Folders of pairs: a phone's pictures in one, a camera's of the same names in the other."""

import os
from collections.abc import Sequence
from functools import partial
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Literal

from ppcn.data.pixels import size
from ppcn.errors import DataError

Phone = Literal["iphone", "blackberry", "sony"]
PHONES: tuple[Phone, ...] = ("iphone", "blackberry", "sony")
TRAINING, TEST = Path("training_data"), Path("test_data", "patches")  # in DPED's folder of a phone

Pair = tuple[Path, Path]


def find_pairs(folder: Path, phone: Phone = "iphone", part: Path = TEST) -> list[Pair]:
    """Return the pairs of a folder that has ``iphone`` and ``canon`` or ``input`` and ``target``, by name.

    Another phone's name serves as well, ``phone`` first, and so does DPED as published, of which these are the pairs of
    a ``part``, ``TRAINING`` or ``TEST``. Raises DataError where a folder or a partner is missing.
    """
    dped = dped_folder(folder, phone)
    folder = dped / part if dped else folder
    for names in ((phone, "canon"), *((other, "canon") for other in PHONES), ("input", "target")):
        left, right = (folder / name for name in names)
        if left.is_dir() and right.is_dir():
            return match(left, right)
    raise DataError(f"{folder} is no folder of pairs: it needs the folders {phone} and canon, or input and target.")


def dped_folder(folder: Path, phone: Phone) -> Path | None:
    """Return a phone's folder of DPED as published (None for another layout); raises DataError without it."""
    if (folder / TRAINING).is_dir() or (folder / TEST).is_dir():
        return folder
    present = [one for one in PHONES if (folder / one / TRAINING).is_dir() or (folder / one / TEST).is_dir()]
    if present and phone not in present:
        raise DataError(f"{folder} lacks {phone}: of DPED's phones it has {' and '.join(present)}.")
    return folder / phone if present else None


def check_pairs(pairs: Sequence[Pair], smallest: int) -> None:
    """Look at every file's header; raises DataError unless a pair's sizes are equal, at least ``smallest``."""
    with ThreadPool(8) as pool:  # they wait for the disk more than they compute
        complaints = list(filter(None, pool.map(partial(_complaint, smallest), pairs, chunksize=512)))
    if complaints:
        more = f", and {len(complaints) - 1} more cannot be used" if len(complaints) > 1 else ""
        raise DataError(f"{complaints[0]}{more}.")


def _complaint(smallest: int, pair: Pair) -> str | None:
    try:
        sizes = [size(path) for path in pair]
    except DataError as error:
        return str(error).removesuffix(".")
    first, second = (f"{width}x{height}" for width, height in sizes)
    if first != second:
        return f"{pair[0]} is {first} pixels, but {pair[1]} is {second}"
    if min(sizes[0]) < smallest:
        return f"{pair[0]} is {first} pixels, smaller than the patches of {smallest}"
    return None


def match(left: Path, right: Path) -> list[Pair]:
    """Pair the files of two folders by their names without suffix, sorted; raises DataError where that fails."""
    ours, theirs = _files(left), _files(right)
    for folder, here, one, other in ((right, left, ours, theirs), (left, right, theirs, ours)):
        alone = sorted(one.keys() - other.keys())
        if alone:
            more = f", nor have {len(alone) - 1} more" if len(alone) > 1 else ""
            raise DataError(
                f"{here / one[alone[0]]} has no partner in {folder}{more}: both folders need the same names."
            )
    if not ours:
        raise DataError(f"{left} holds no pictures.")
    return [(left / ours[stem], right / theirs[stem]) for stem in sorted(ours)]


def _files(folder: Path) -> dict[str, str]:
    """Return the names of a folder's files by these names without suffix; hidden ones are not meant."""
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}.")
    try:
        names = sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208 (five times as fast)
    except OSError as error:
        raise DataError(f"{folder} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    found: dict[str, str] = {}
    for name in names:
        stem = os.path.splitext(name)[0]  # noqa: PTH122
        if stem in found:
            raise DataError(f"{folder / found[stem]} and {name} have the same name: keep one of them.")
        found[stem] = name
    return found
