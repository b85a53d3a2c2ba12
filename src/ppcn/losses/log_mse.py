"""The logarithm of the squared error: a photo counts by its PSNR, as people are shown it, and not by its error."""

import torch
from torch import Tensor

from ppcn.losses import precise

FLOOR = 1e-2  # added to the error: pictures of more than 20 dB count little more for being better


def log_mse(output: Tensor, target: Tensor) -> Tensor:
    """Return the mean over a batch, NxCxHxW in [0, 1], of the logarithm of the mean squared error plus ``FLOOR``.

    10 / ln(10) times its opposite is the mean PSNR of pictures far below 20 dB.
    """
    squares = (precise(output) - precise(target)).square().mean((1, 2, 3))
    return torch.log(squares + FLOOR).mean()
