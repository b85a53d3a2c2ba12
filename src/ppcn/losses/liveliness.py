"""The liveliness loss: brightness, spread and colour of each picture, which networks trained on pixels alone reduce."""

import torch
from torch import Tensor

from ppcn.losses import precise

LEAST = 0.03  # added to what is divided by: in pictures that are flat or grey it is no measure
MOST = 1.5  # of one error: beyond, a picture says little


def liveliness(output: Tensor, target: Tensor) -> Tensor:
    """Return the mean relative error of three numbers of each picture, Nx3xHxW in [0, 1]; 0 where all are equal.

    They are the deviation of the mean of R, G, B over the picture; the mean of max - min of R, G, B; and twice the
    mean, so that all are about as large.
    """
    found, wanted = _numbers(precise(output).clamp(0, 1)), _numbers(precise(target))
    return ((found - wanted) / (wanted + LEAST)).abs().clamp(max=MOST).mean()


def _numbers(x: Tensor) -> Tensor:
    centre = x.mean(1).flatten(1)
    return torch.stack([centre.std(1), (x.amax(1) - x.amin(1)).mean((1, 2)), 2 * centre.mean(1)], 1)
