"""Where the originals of the super-resolution benchmarks lie, in the layouts that they are published in."""

from pathlib import Path
from typing import NamedTuple

from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.images.formats import SUFFIXES


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


def find_benchmark(inputs: Inputs, title: str) -> Path:
    """Return the folder that holds a benchmark's originals, if it holds any; raises DataError where there is none."""
    folder = inputs.find_folder(*BENCHMARKS[title].folders)
    if any(path.suffix.lower() in SUFFIXES for path in folder.iterdir()):
        return folder
    return next((folder / name for name in INSIDE if (folder / name).is_dir()), folder)
