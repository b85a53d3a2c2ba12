"""Where training starts from."""

from collections.abc import Callable

import torch
from torch import nn

from ppcn.networks.student import Student

CARRIED = 3  # the first three channels carry R, G, B


@torch.no_grad()
def near_identity(student: Student) -> None:
    """Make a student return nearly what it is given: its first three channels carry R, G, B, everything else is small.

    Eight channels started at random easily fall into minima where two colours have become one (design: "PSNR alone
    deceives"); from here they do not. Draws from torch's global generator.
    """
    for conv in (student.horizontal, student.vertical, student.last):
        nn.init.normal_(conv.weight, std=0.01)
        _offset(conv, 0.0)
    # The unused channels get something to start from: random detectors of the usual size.
    for conv in (student.horizontal, student.vertical):
        nn.init.kaiming_normal_(conv.weight[CARRIED:], a=0.05)
    for conv in (student.horizontal, student.vertical):
        _carry(conv, 1.0)
    # The dilated branch is normalised, hence as large as the photo itself: begin with a little of it.
    student.norm2.weight.fill_(0.03)
    # Undo the contrast step's 1.2 and the slope and offset of 0.58 tanh + 0.5, whose bend the factor 1.1 makes up for.
    slope = 1.1 / 0.58
    _carry(student.last, slope / 1.2)
    _offset(student.last, -0.5 * slope)


def _offset(conv: nn.Conv2d, value: float) -> None:
    assert conv.bias is not None  # every convolution here has one
    conv.bias.fill_(value)


def _carry(conv: nn.Conv2d, gain: float) -> None:
    """Let the first channels pass a convolution with ``gain``, at its centre tap, nearly unmixed."""
    height, width = conv.kernel_size
    for channel in range(CARRIED):
        conv.weight[channel, channel, height // 2, width // 2] += gain


STARTS: dict[str, Callable[..., None]] = {"student": near_identity}
