"""The test pictures, in the layouts that they are published in: benchmarks of super-resolution, and DPED's pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from ppcn.data.originals import find_originals
from ppcn.data.pairs import Pair, find_pairs
from ppcn.data.scenes import by_fold, read_scenes
from ppcn.errors import DataError
from ppcn.evaluation.reproduce.cache import digest
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.images.formats import SUFFIXES


@dataclass(frozen=True)
class Pictures:
    """A set of pictures by its name in sentences."""

    name: str
    files: Sequence[Path]

    @cached_property
    def digest(self) -> str:
        """The sha256 of all; raises InputError where one cannot be read."""
        return digest(self.files)


@dataclass(frozen=True)
class Originals(Pictures):
    """A benchmark's originals and their folder; ``note`` says where they are not the whole benchmark."""

    folder: Path
    note: str | None


@dataclass(frozen=True)
class PairSet(Pictures):
    """Pairs, phone and camera, and the fold of each (none where all pairs are meant)."""

    pairs: Sequence[Pair]
    folds: Sequence[int] = ()


class Benchmark(NamedTuple):
    """How many pictures a benchmark has, and what its folder is called."""

    size: int
    folders: tuple[str, ...]


BENCHMARKS = {
    "Set5": Benchmark(5, ("Set5",)),
    "Set14": Benchmark(14, ("Set14",)),
    "B100": Benchmark(100, ("BSD100", "B100", "BSDS100")),
    "Urban100": Benchmark(100, ("Urban100",)),
    "Manga109": Benchmark(109, ("Manga109",)),
    "DIV2K validation": Benchmark(100, ("DIV2K_valid_HR",)),
}
INSIDE = ("HR", "original", "GTmod12", "image_SRF_4")  # folders of originals inside a benchmark's folder
PAIRS = ("dped400", "dped", "DPED")
PHOTOS = "dped_photos"


def find_benchmark(inputs: Inputs, title: str) -> Path:
    """Return the folder that holds a benchmark's originals, if it holds any; raises DataError where there is none."""
    folder = inputs.find_folder(*BENCHMARKS[title].folders)
    if any(path.suffix.lower() in SUFFIXES for path in folder.iterdir()):
        return folder
    return next((folder / name for name in INSIDE if (folder / name).is_dir()), folder)


def originals(inputs: Inputs, title: str) -> Originals:
    """Return a benchmark's originals; raises DataError where there are none."""
    folder = find_benchmark(inputs, title)
    files = find_originals(folder)
    return Originals(title, files, folder, incomplete(len(files), BENCHMARKS[title].size))


def incomplete(count: int, published: int) -> str | None:
    """Return the note for figures of another number of pictures, or pairs, than the published ones are of."""
    if count == published:
        return None
    return f"Of {count}, where the whole set has {published}: not to be compared with figures of all."


def original(inputs: Inputs, benchmark: str, name: str) -> Pictures:
    """Return one original of a benchmark; raises DataError where it is missing."""
    folder = find_benchmark(inputs, benchmark)
    files = sorted(path for path in folder.glob(f"{name}*") if path.stem in (name, f"{name}_HR"))
    if not files:
        raise DataError(f"{folder} has no {name}.")
    return Pictures(name, files[:1])


def photo(inputs: Inputs, name: str) -> Pictures:
    """Return one of DPED's photographs; raises DataError where it is missing."""
    folder = inputs.find_folder(PHOTOS)
    if not (folder / name).is_file():
        raise DataError(f"{folder} has no {name}.")
    return Pictures(name, [folder / name])


def all_pairs(inputs: Inputs) -> PairSet:
    """Return all of DPED's test pairs; raises DataError where the folder, or a pair's partner, is missing."""
    pairs = find_pairs(_pairs_folder(inputs))
    return PairSet("all pairs", [file for pair in pairs for file in pair], pairs)


def pairs_of_known_scenes(inputs: Inputs) -> PairSet:
    """Return the pairs that the folder's ``scenes.json`` gives a fold; raises DataError for fewer than two folds."""
    folder = _pairs_folder(inputs)
    by = by_fold(folder, find_pairs(folder), read_scenes(folder))
    if len(by) < 2:
        raise DataError(f"{folder} has one fold of scenes only: what is fitted on the others needs two.")
    pairs = [pair for of_fold in by.values() for pair in of_fold]
    folds = [fold for fold, of_fold in by.items() for _ in of_fold]
    return PairSet("the pairs of known scenes", [file for pair in pairs for file in pair], pairs, folds)


def _pairs_folder(inputs: Inputs) -> Path:
    try:
        return inputs.find_folder(*PAIRS)
    except DataError:
        return inputs.pictures()  # which may be a folder of pairs itself
