"""What enlarges four times: the rows of tables 1 and 2, and the pictures of figures 5 and 6."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import numpy as np

from ppcn.errors import CheckpointError
from ppcn.evaluation.reproduce.contenders import Contender, Picture, Run, plain, released, shipped
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.images.pixels.resize import resize

SCALE = 4
BASELINE = "Ours is the {} released with the challenge; the paper quotes the figures of another training of it."


class Enlarger(NamedTuple):
    """A row: its name, here and in the paper, what is scored, its kind of network, and a remark."""

    label: str
    contender: Callable[[Inputs], Contender]
    kind: str | None = None
    note: str | None = None


def bicubic(small: Picture) -> Picture:
    """Enlarge HxWx3 four times."""
    return resize(small, SCALE * small.shape[0], SCALE * small.shape[1]).astype(np.float32)


def _enlarged_first(inputs: Inputs, checkpoint: str) -> Contender:
    """Return a released network that takes the enlarged picture."""
    network = released(inputs, checkpoint)

    def load() -> Run:
        run = network.load()
        return lambda small: run(bicubic(small).clip(0, 1))

    return replace(network, load=load)


def _quoted(_: Inputs, name: str) -> Contender:
    raise CheckpointError(f"There are no released weights of {name}: all figures here are quoted from the paper.")


BICUBIC = Enlarger("Bicubic", lambda _: plain("bicubic", bicubic))
SRCNN = Enlarger(
    "SRCNN", partial(_enlarged_first, checkpoint="baselines/div2k_srcnn"), "srcnn", BASELINE.format("SRCNN")
)
FSRCNN = Enlarger("FSRCNN", partial(_quoted, name="FSRCNN"), "fsrcnn")
VDSR = Enlarger("VDSR", partial(released, name="baselines/div2k_vgg19_vdsr.ckpt"), "vdsr", BASELINE.format("VDSR"))
PPCN = Enlarger("PPCN", partial(released, name="super_resolution/generator_all.ckpt"), "super-resolution")
RESNET = Enlarger("ResNet_6_16", partial(_enlarged_first, checkpoint="baselines/div2k_resnet_6_16"), "resnet-6-16")


def our_enlargers(inputs: Inputs) -> list[Enlarger]:
    """Return our own networks that enlarge four times."""
    cards = [card for card in inputs.cards if card.task == "super-resolution" and card.facts["scale"] == SCALE]
    return [
        Enlarger(card.name, lambda _, card=card: shipped(card), card.facts.get("network"), card.note) for card in cards
    ]
