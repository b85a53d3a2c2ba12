"""The pictures of a training step, in groups of one size, and the windows that losses compare."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ppcn.arrays import Pixels


class Group(NamedTuple):
    """Pictures of one size, which the network takes whole: ``inputs`` and ``targets``, NxCxHxW in [0, 1].

    Losses compare windows, side by side from ``corner`` (row, column) on: they mean the same in pictures of all sizes.
    For a network that sees the whole photo, inputs may be parts of photos. Then ``thumbnails`` are those of the whole
    photos (``Enhancer.observe``), and ``boxes``, Nx4, say where in its photo each part lies: top, bottom, left and
    right, from 0 to 1. Without boxes the inputs are whole photos made small.
    """

    inputs: Tensor
    targets: Tensor
    corner: tuple[int, int] = (0, 0)
    thumbnails: Tensor | None = None
    boxes: Tensor | None = None


def grouped(pairs: Sequence[tuple[Pixels, Pixels]], corner: tuple[int, int] = (0, 0)) -> Group:
    """Make a group of inputs and targets, HxWx3 each and all of one size."""
    inputs, targets = (np.stack(side).transpose(0, 3, 1, 2) for side in zip(*pairs, strict=True))
    return Group(
        torch.from_numpy(np.ascontiguousarray(inputs)), torch.from_numpy(np.ascontiguousarray(targets)), corner
    )


def windows(images: Tensor, side: int, corner: tuple[int, int] = (0, 0)) -> Tensor:
    """Cut NxCxHxW into whole squares of ``side`` pixels, from ``corner`` on, as a batch: image by image."""
    top, left = corner
    squares = images[:, :, top:, left:].unfold(2, side, side).unfold(3, side, side)
    return squares.permute(0, 2, 3, 1, 4, 5).reshape(-1, images.shape[1], side, side)
