"""What is scored: released checkpoints, our own networks, and plain functions."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ppcn import load_model
from ppcn.errors import CheckpointError, DataError, MissingExtraError
from ppcn.evaluation.reproduce.cache import digest
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.registry import Card

Picture = NDArray[np.float32]
Run = Callable[[Picture], Picture]  # HxWx3 in [0, 1] to the same, or larger


@dataclass(frozen=True)
class Contender:
    """Something that makes pictures: loaded only if a result is not kept already.

    ``digest`` stands for its weights, ``trained_on`` holds the sha256 of its training files (of a released checkpoint
    none: those pictures are not the test's).
    """

    name: str
    digest: str
    load: Callable[[], Run]
    trained_on: frozenset[str] = frozenset()


def plain(name: str, run: Run) -> Contender:
    """Return a function as a contender: its name, which has to change with what it does, stands for its weights."""
    return Contender(name, hashlib.sha256(name.encode()).hexdigest(), lambda: run)


def released(inputs: Inputs, name: str) -> Contender:
    """Return a released checkpoint (``baselines/dped_srcnn``), run as what ``ppcn export`` would make of it.

    Raises CheckpointError where it is missing; ``load`` where it is damaged or of no known network.
    """
    path = inputs.checkpoint(name)
    files = sorted(file for file in path.parent.glob("*") if path.name in (file.name, file.stem))
    if not files:
        raise CheckpointError(f"There is no checkpoint {path}.")
    return Contender(path.name, digest(files), cache(lambda: _import(path)))


def shipped(card: Card) -> Contender:
    """Return a network of ours; raises DataError where nothing tells what it was trained on."""
    if not card.trained_on:
        raise DataError(f"Nothing tells what {card.name} was trained on: it has no {card.name}.trained-on.txt.")
    return Contender(card.name, card.facts["sha256"]["onnx"], lambda: load_model(card.name), card.trained_on)


def _import(path: Path) -> Run:
    try:
        from ppcn.exporting.onnx import to_onnx
        from ppcn.networks import NETWORKS
        from ppcn.networks.tensorflow import import_checkpoint
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"To run {path}, {error.name} is needed: install it with pip install 'ppcn[train]'."
        ) from error
    from ppcn.runtime.backends.loader import make_engine

    kind, state = import_checkpoint(path)
    network = NETWORKS[kind]()
    network.load_state_dict(state)
    return make_engine(to_onnx(network), path.name)
