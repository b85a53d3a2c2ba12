"""The luma (Y of BT.601) of pictures, for networks that work on it alone, and how to change it."""

import torch
from torch import Tensor

from ppcn.images.colour.luma import BLACK, WEIGHTS


def luma(rgb: Tensor) -> Tensor:
    """Return Y, Nx1xHxW in [16/255, 235/255], of Nx3xHxW in [0, 1]."""
    weights = torch.tensor(WEIGHTS, dtype=rgb.dtype, device=rgb.device).view(1, 3, 1, 1)
    return (rgb * weights).sum(1, keepdim=True) + BLACK


def add_luma(rgb: Tensor, difference: Tensor) -> Tensor:
    """Change Y by Nx1xHxW and keep Cb and Cr: in RGB that is the same step in all three channels."""
    return rgb + difference / sum(WEIGHTS)
