"""The test pictures, in the layouts that they are published in: benchmarks of super-resolution, and DPED's pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ppcn.data.originals import find_originals
from ppcn.data.pairs import Pair, find_pairs
from ppcn.data.scenes import by_fold, read_scenes
from ppcn.errors import DataError
from ppcn.evaluation.reproduce.cache import digest
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.images.formats import SUFFIXES


@dataclass(frozen=True)
class Pictures:
    """A set of pictures by its name in sentences; of pairs: phone and camera in turn, and the fold of each, if any."""

    name: str
    files: Sequence[Path]
    folds: Sequence[int] = ()

    @cached_property
    def digest(self) -> str:
        """The sha256 of all; raises InputError where one cannot be read."""
        return digest(self.files)

    @property
    def pairs(self) -> list[Pair]:
        """The pairs."""
        return list(zip(self.files[::2], self.files[1::2], strict=True))


BENCHMARKS = {  # how many pictures each has, and what its folder is called
    "Set5": (5, "Set5"),
    "Set14": (14, "Set14"),
    "B100": (100, "BSD100", "B100", "BSDS100"),
    "Urban100": (100, "Urban100"),
    "Manga109": (109, "Manga109"),
    "DIV2K validation": (100, "DIV2K_valid_HR"),
}
INSIDE = ("HR", "original", "GTmod12", "image_SRF_4")  # folders of originals inside a benchmark's folder
PAIRS = ("dped400", "dped", "DPED")
PHOTOS = "dped_photos"


def originals(inputs: Inputs, title: str) -> Pictures:
    """Return a benchmark's originals; raises DataError where there are none."""
    return Pictures(title, find_originals(_benchmark(inputs, title)))


def _benchmark(inputs: Inputs, title: str) -> Path:
    """Return the folder that holds a benchmark's originals, if it holds any; raises DataError where there is none."""
    _, *names = BENCHMARKS[title]
    folder = inputs.find_folder(*names)
    if any(path.suffix.lower() in SUFFIXES for path in folder.iterdir()):
        return folder
    return next((folder / name for name in INSIDE if (folder / name).is_dir()), folder)


def incomplete(count: int, published: int) -> str | None:
    """Return the note for figures of another number of pictures, or pairs, than the published ones are of."""
    if count == published:
        return None
    return f"Of {count}, where the whole set has {published}: not to be compared with figures of all."


def original(inputs: Inputs, benchmark: str, name: str) -> Pictures:
    """Return one original of a benchmark; raises DataError where it is missing."""
    folder = _benchmark(inputs, benchmark)
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


def all_pairs(inputs: Inputs) -> Pictures:
    """Return all of DPED's test pairs; raises DataError where the folder, or a pair's partner, is missing."""
    pairs = find_pairs(_pairs_folder(inputs))
    return Pictures("all pairs", [file for pair in pairs for file in pair])


def pairs_of_known_scenes(inputs: Inputs) -> Pictures:
    """Return the pairs that the folder's ``scenes.json`` gives a fold; raises DataError for fewer than two folds."""
    folder = _pairs_folder(inputs)
    by = by_fold(folder, find_pairs(folder), read_scenes(folder))
    if len(by) < 2:
        raise DataError(f"{folder} has one fold of scenes only: what is fitted on the others needs two.")
    files = [file for pairs in by.values() for pair in pairs for file in pair]
    folds = [fold for fold, pairs in by.items() for _ in pairs]
    return Pictures("the pairs of known scenes", files, folds)


def _pairs_folder(inputs: Inputs) -> Path:
    try:
        return inputs.find_folder(*PAIRS)
    except DataError:
        return inputs.pictures()  # which may be a folder of pairs itself
