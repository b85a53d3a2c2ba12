"""The colour loss: the difference of two pictures after a blur that leaves only colours."""

import torch
from torch import Tensor
from torch.nn import functional

from ppcn.losses import Variant, precise

RADIUS = 10


def colour(output: Tensor, target: Tensor, *, variant: Variant = "paper") -> Tensor:
    """Return half the squared difference of two blurred NxCxHxW batches in [0, 1]: summed over an image, mean over N.

    Equation 10 with the released 1/(2N), 0 or more. ``variant`` chooses the blur: "paper" is equation 9, whose A of
    0.053 makes its 3 a variance; "released" is the wider 21x21 kernel of DPED's code. Zeros lie around the image.
    """
    difference = _blur(precise(output) - precise(target), taps(variant))
    return difference.square().sum((1, 2, 3)).mean() / 2


def taps(variant: Variant) -> Tensor:
    """Return the 21 taps, in float64 and with sum 1, whose outer product is the kernel."""
    offsets = torch.arange(-RADIUS, RADIUS + 1, dtype=torch.float64)
    if variant == "paper":
        weights = torch.exp(-offsets.square() / (2 * 3))
    else:
        # Areas under a normal curve over +-(3 + 1/6) deviations. The released kernel is the root of their outer
        # product, which acts like a Gaussian with a deviation of 4.3.
        edges = torch.arange(-RADIUS - 0.5, RADIUS + 1, dtype=torch.float64) * (2 * 3 + 1 / 3) / 21
        weights = torch.special.ndtr(edges).diff().sqrt()
    return weights / weights.sum()


def _blur(x: Tensor, weights: Tensor) -> Tensor:
    """Blur each channel by itself, rows first, then columns."""
    kernel = weights.to(x).expand(x.shape[1], 1, 1, -1)
    with torch.autocast(x.device.type, enabled=False):
        rows = functional.conv2d(x, kernel, padding=(0, RADIUS), groups=x.shape[1])
        return functional.conv2d(rows, kernel.transpose(2, 3), padding=(RADIUS, 0), groups=x.shape[1])
