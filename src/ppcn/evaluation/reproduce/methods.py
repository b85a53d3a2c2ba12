"""The methods that are compared: released checkpoints, our own networks, and plain functions."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ppcn import load_model
from ppcn.arrays import Pixels
from ppcn.errors import CheckpointError, DataError, missing_extra
from ppcn.evaluation.reproduce.cache import digest
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.scores import Run
from ppcn.evaluation.timing.networks import TimedNetwork
from ppcn.images.pixels.resize import resize
from ppcn.registry import Card

SCALE = 4


@dataclass(frozen=True)
class Method:
    """A function on pictures: loaded only if a result is not kept already.

    ``digest`` stands for its weights, ``trained_on`` holds the sha256 of its training files (of a released checkpoint
    none: those pictures are not the test's).
    """

    name: str
    digest: str
    load: Callable[[], Run]
    trained_on: frozenset[str] = frozenset()


class Entry(NamedTuple):
    """A method's place in tables and figures: its label, how it is found and its kind of network, if any.

    ``note`` is a remark, ``row`` the paper's row where that is called otherwise, ``card`` that of a network of ours.
    """

    label: str
    find: Callable[[Inputs], Method]
    kind: str | None = None
    note: str | None = None
    row: str | None = None
    card: Card | None = None


def plain(name: str, run: Run) -> Method:
    """Return a function as a method: its name, which has to change with what it does, stands for its weights."""
    return Method(name, hashlib.sha256(name.encode()).hexdigest(), lambda: run)


def released(inputs: Inputs, name: str, *, of_enlarged: bool = False) -> Method:
    """Return a released checkpoint (``baselines/dped_srcnn``), run as what ``ppcn export`` would make of it.

    ``of_enlarged``: it takes a picture that bicubic has enlarged already. Raises CheckpointError where it is missing;
    ``load`` where it is damaged or of no known network.
    """
    path = inputs.checkpoint(name)
    files = sorted(file for file in path.parent.glob("*") if path.name in (file.name, file.stem))
    if not files:
        raise CheckpointError(f"There is no checkpoint {path}.")

    @cache
    def load() -> Run:
        run = _import(path)
        return (lambda small: run(bicubic(small).clip(0, 1))) if of_enlarged else run

    return Method(path.name, digest(files), load)


def shipped(card: Card) -> Method:
    """Return a network of ours; raises DataError where nothing tells what it was trained on."""
    if not card.trained_on:
        raise DataError(f"Nothing tells what {card.name} was trained on: it has no {card.name}.trained-on.txt.")
    return Method(card.name, card.sha256["onnx"], lambda: load_model(card.name), card.trained_on)


def bicubic(small: Pixels) -> Pixels:
    """Enlarge HxWx3 four times."""
    return resize(small, SCALE * small.shape[0], SCALE * small.shape[1]).astype(np.float32)


def checkpoint(
    label: str, name: str, kind: str, note: str | None = None, row: str | None = None, *, of_enlarged: bool = False
) -> Entry:
    """Return the entry of a released checkpoint, found as by ``released``."""
    return Entry(label, lambda inputs: released(inputs, name, of_enlarged=of_enlarged), kind, note, row)


def ours(inputs: Inputs, task: str, scale: int | None = None) -> list[Entry]:
    """Return our own networks for a task, ``enhancement`` or ``super-resolution``."""
    return [
        Entry(card.name, lambda _, card=card: shipped(card), card.network, card.note, card=card)
        for card in inputs.cards
        if card.task == task and scale in (None, card.scale)
    ]


def _import(path: Path) -> Run:
    try:
        from ppcn.exporting.onnx import to_onnx
        from ppcn.networks import NETWORKS
        from ppcn.networks.tensorflow import import_checkpoint
    except ModuleNotFoundError as error:
        raise missing_extra(f"To run {path}", error, "train") from error
    kind, state = import_checkpoint(path)
    network = NETWORKS[kind]()
    network.load_state_dict(state)
    return TimedNetwork(path.name, to_onnx(network)).engine()
