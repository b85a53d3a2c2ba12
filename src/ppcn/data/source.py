"""Data sources: sections of a recipe that open a folder and give the data of a training run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal, Protocol

import torch
from numpy.random import Generator
from torch.utils.data import Dataset

from ppcn.arrays import Pixels
from ppcn.data.groups import Group

Share = tuple[int, int]  # which process, of how many
Task = Literal["enhancement", "super-resolution"]


@dataclass(frozen=True)
class TrainingData:
    """What the steps of a run see, and pairs that are held out."""

    steps: Dataset[list[Group]]  # item k is what step k sees
    window: int  # sides, in pixels, of the windows that losses compare
    files: Sequence[Path]  # every file that is trained on
    held_out: Iterable[tuple[Pixels, Pixels]]  # inputs and targets for validation, iterated again and again; maybe none
    task: Task = "enhancement"  # by whose metrics the network is validated
    device: str = "cpu"  # that prepares the steps; on another one than the CPU there are no workers
    equal_steps: bool = False  # whether all steps have pictures of one size and number, and windows from one corner on


class DataSource(Protocol):
    """A section of a recipe, whose fields are the source's settings."""

    source: ClassVar[str]  # its name in recipes

    def open(self, folder: Path, seed: int, share: Share, device: torch.device) -> TrainingData:
        """Read what is needed from the recipe's folder, for a network on ``device``.

        ``share`` is this process's part of every step. Raises RecipeError and DataError, before anything is trained.
        """
        ...


def draw(population: int, count: int, rng: Generator, share: Share) -> list[tuple[int, Generator]]:
    """Draw ``count`` indices below ``population``, each at most once if possible, each with a generator of its own.

    Returns a process's part of them: the parts of all processes, put together, are what one process alone draws.
    """
    chosen = rng.choice(population, count, replace=count > population).tolist()
    draws = list(zip(chosen, rng.spawn(count), strict=True))
    rank, processes = share
    return draws[rank * count // processes : (rank + 1) * count // processes]
