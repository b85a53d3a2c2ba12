"""The detail loss: the difference of what is finer than a blur, so that errors of tone do not drown it."""

from torch import Tensor
from torch.nn import functional

from ppcn.losses import precise

WINDOW = 17  # pixels across the mean that is taken away


def detail(output: Tensor, target: Tensor) -> Tensor:
    """Return the mean absolute difference of two batches, NxCxHxW in [0, 1], each less its mean over 17x17 pixels.

    0 or more; 0 for pictures that differ by a constant. Borders are mirrored.
    """
    difference = precise(output) - precise(target)
    around = functional.pad(difference, (WINDOW // 2,) * 4, mode="reflect")
    rows = functional.avg_pool2d(around, (WINDOW, 1), 1)  # then columns: a tenth of the time of both at once
    return (difference - functional.avg_pool2d(rows, (1, WINDOW), 1)).abs().mean()
