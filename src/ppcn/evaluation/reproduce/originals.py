"""A benchmark's originals, and the scores of enlargers on them, kept once they are made."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ppcn.data.originals import find_originals
from ppcn.evaluation.reproduce.benchmarks import BENCHMARKS, find_benchmark
from ppcn.evaluation.reproduce.contenders import Contender, Run
from ppcn.evaluation.reproduce.enlargers import SCALE
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.scoring import Pictures, gather, incomplete, score
from ppcn.evaluation.super_resolution import score_super_resolution

# Part of what results are kept by: change it with the protocol.
VERSIONS: Mapping[bool, str] = MappingProxyType(
    {False: "super-resolution x4 on Y, version 1", True: "super-resolution x4 as in the challenge, version 1"}
)


@dataclass(frozen=True)
class Originals:
    """A benchmark's folder; ``note`` says where it is not the whole benchmark."""

    folder: Path
    pictures: Pictures
    note: str | None


def originals(inputs: Inputs, title: str) -> Originals:
    """Return a benchmark's originals; raises DataError where there are none."""
    folder = find_benchmark(inputs, title)
    files = find_originals(folder)
    return Originals(folder, gather(title, files), incomplete(len(files), BENCHMARKS[title].size))


def score_originals(
    inputs: Inputs, contender: Contender, benchmark: Originals, *, challenge: bool = False
) -> dict[str, Any]:
    """Return what ``ppcn evaluate super-resolution --json`` prints, with ``--rgb`` for the challenge's protocol."""

    def compute(run: Run) -> dict[str, Any]:
        progress = partial(inputs.progress, f"{contender.name} on {benchmark.pictures.name}")
        return score_super_resolution(
            run, contender.name, benchmark.folder, scale=SCALE, rgb=challenge, progress=progress
        ).as_dict()

    return score(inputs.cache, VERSIONS[challenge], contender, benchmark.pictures, compute)
