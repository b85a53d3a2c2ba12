"""The pairs that table 3 is made of: all of them, and those whose scene is known, with its fold."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ppcn.data.pairs import Pair, find_pairs
from ppcn.data.scenes import by_fold, read_scenes
from ppcn.errors import DataError
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.scoring import Pictures, gather

FOLDERS = ("dped400", "dped", "DPED")


@dataclass(frozen=True)
class PairSet:
    """Pairs, phone and camera, and the fold of each (none where all pairs are meant)."""

    pairs: Sequence[Pair]
    folds: Sequence[int]
    pictures: Pictures


def all_pairs(inputs: Inputs) -> PairSet:
    """Return all test pairs; raises DataError where the folder, or a pair's partner, is missing."""
    return _set("all pairs", find_pairs(_folder(inputs)), ())


def pairs_of_known_scenes(inputs: Inputs) -> PairSet:
    """Return the pairs that the folder's ``scenes.json`` gives a fold; raises DataError for fewer than two folds."""
    folder = _folder(inputs)
    folds = by_fold(folder, find_pairs(folder), read_scenes(folder))
    if len(folds) < 2:
        raise DataError(f"{folder} has one fold of scenes only: what is fitted on the others needs two.")
    pairs = [pair for of_fold in folds.values() for pair in of_fold]
    return _set("the pairs of known scenes", pairs, [fold for fold, of_fold in folds.items() for _ in of_fold])


def _folder(inputs: Inputs) -> Path:
    try:
        return inputs.find_folder(*FOLDERS)
    except DataError:
        return inputs.pictures()  # which may be a folder of pairs itself


def _set(name: str, pairs: Sequence[Pair], folds: Sequence[int]) -> PairSet:
    return PairSet(pairs, folds, gather(name, [file for pair in pairs for file in pair]))
