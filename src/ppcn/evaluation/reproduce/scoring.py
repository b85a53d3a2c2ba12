"""Scoring a contender on a set of pictures, once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppcn.errors import DataError
from ppcn.evaluation.reproduce.cache import Cache, digest
from ppcn.evaluation.reproduce.contenders import Contender, Run
from ppcn.evaluation.trained_on import seen_in_training


@dataclass(frozen=True)
class Pictures:
    """A set of pictures by its name in sentences, its files, and the sha256 of all."""

    name: str
    files: Sequence[Path]
    digest: str


def gather(name: str, files: Sequence[Path]) -> Pictures:
    """Return files as a set; raises InputError where one cannot be read."""
    return Pictures(name, files, digest(files))


def incomplete(count: int, published: int) -> str | None:
    """Return the note for figures of another number of pictures, or pairs, than the published ones are of."""
    if count == published:
        return None
    return f"Of {count}, where the whole set has {published}: not to be compared with figures of all."


def score(
    cache: Cache, protocol: str, contender: Contender, pictures: Pictures, compute: Callable[[Run], Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the figures of a contender on pictures, kept or new; ``protocol`` names what ``compute`` does.

    Raises DataError where it was trained on any of the pictures; other errors as ``compute`` and ``contender.load``.
    """
    seen = seen_in_training(pictures.files, contender.trained_on)
    if seen:
        raise DataError(
            f"{contender.name} was trained on {len(seen)} of the {len(pictures.files)} pictures of {pictures.name}: "
            "its score would mean nothing."
        )
    what = {"protocol": protocol, "network": contender.digest, "pictures": pictures.digest}
    return cache.get(what, lambda: compute(contender.load()))
