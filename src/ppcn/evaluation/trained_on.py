"""A network is not scored on what it was trained on."""

from collections.abc import Collection, Iterable
from pathlib import Path

from ppcn.errors import DataError
from ppcn.files import sha256


def seen_in_training(files: Iterable[Path], trained_on: Collection[str]) -> set[Path]:
    """Return the files whose sha256 a network was trained on (``NAME.trained-on.txt``); raises InputError."""
    return {file for file in files if sha256(file) in trained_on} if trained_on else set()


def refuse_seen(name: str, seen: Collection[Path], *, force: bool) -> None:
    """Raise DataError if the network ``name`` has seen any of the files in training, unless forced."""
    if seen and not force:
        raise DataError(
            f"{name} was trained on {len(seen)} of these pictures, {min(seen)} for one: its score would mean nothing. "
            "Take other pictures, or --force to score it all the same and have the row marked."
        )


def mark(count: int) -> dict[str, int]:
    """Return the mark of ``--force``, for scores of a network that has seen ``count`` of the pictures in training."""
    return {"n_trained_on": count} if count else {}
