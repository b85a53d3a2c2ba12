"""Folds of pairs by scene (``scenes.json``), so that no network is scored on a scene that it was trained on."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ppcn.data.pairs import Pair
from ppcn.errors import DataError

SCENES = "scenes.json"


class Entry(NamedTuple):
    """What ``scenes.json`` says of a pair."""

    fold: int | None = None  # None: its scene is not known
    identical: bool = False  # both pictures are one


Scenes = Mapping[str, Entry]  # by the file name of the phone's picture


def read_scenes(folder: Path) -> Scenes:
    """Return what a folder's ``scenes.json`` says of its pairs; nothing if there is none. Raises DataError."""
    path = folder / SCENES
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text("utf-8")).items()
        scenes = {name: Entry(entry["fold"], entry["identical"]) for name, entry in entries}
        if any(type(fold) not in (int, type(None)) or type(same) is not bool for fold, same in scenes.values()):
            raise TypeError
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        example = '{"1.jpg": {"fold": 0, "identical": false}}'
        raise DataError(f"{path} cannot be read: it should be like {example}.") from error
    return scenes


def by_fold(folder: Path, pairs: Sequence[Pair], scenes: Scenes) -> dict[int, list[Pair]]:
    """Return the pairs of each fold, identical ones left out; raises DataError where none has a fold."""
    folds: dict[int, list[Pair]] = {}
    for pair in pairs:
        entry = scenes.get(pair[0].name, Entry())
        if entry.fold is not None and not entry.identical:
            folds.setdefault(entry.fold, []).append(pair)
    if not folds:
        raise DataError(f"{folder} has no {SCENES} that gives its pairs folds.")
    return dict(sorted(folds.items()))
