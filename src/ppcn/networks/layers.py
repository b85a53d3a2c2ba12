"""The few layers that the networks share."""

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

from ppcn.images.colour.luma import BLACK, WEIGHTS


def conv(inputs: int, outputs: int, size: int | tuple[int, int], dilation: int = 1) -> nn.Conv2d:
    """Convolution with bias and zero padding that keeps the size ("same")."""
    height, width = (size, size) if isinstance(size, int) else size
    padding = (dilation * (height // 2), dilation * (width // 2))
    return nn.Conv2d(inputs, outputs, (height, width), padding=padding, dilation=dilation)


def leaky(x: Tensor) -> Tensor:
    """LeakyReLU with the generators' slope, 0.05."""
    return functional.leaky_relu(x, 0.05)


def contrast(image: Tensor, mean: Tensor) -> Tensor:
    """Stretch an image by 1.2 around its own mean (Nx3x1x1)."""
    return (image - mean) * 1.2 + mean


def squash(x: Tensor) -> Tensor:
    """Return ``0.58 tanh(x) + 0.5``, in [-0.08, 1.08], in float32 at least: bfloat16 has 256 levels there."""
    return 0.58 * torch.tanh(x.to(torch.promote_types(x.dtype, torch.float32))) + 0.5


def luma(rgb: Tensor) -> Tensor:
    """Return Y, Nx1xHxW in [16/255, 235/255], of Nx3xHxW in [0, 1]."""
    weights = torch.tensor(WEIGHTS, dtype=rgb.dtype, device=rgb.device).view(1, 3, 1, 1)
    return (rgb * weights).sum(1, keepdim=True) + BLACK


def add_luma(rgb: Tensor, difference: Tensor) -> Tensor:
    """Change Y by Nx1xHxW and keep Cb and Cr: in RGB that is the same step in all three channels."""
    return rgb + difference / sum(WEIGHTS)


class InstanceNorm(nn.Module):
    """Instance normalisation, affine, with the statistics given from outside (eps 1e-3)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
        """Normalise NCHW maps by their mean and variance (each NxCx1x1)."""
        scale = self.weight.view(1, -1, 1, 1) * torch.rsqrt(variance + 1e-3)
        return (x - mean) * scale + self.bias.view(1, -1, 1, 1)


def _mirrored(x: Tensor) -> Tensor:
    """Pad by two rows and columns: x1 x0 | x0 x1 ... (one lone row or column is repeated)."""
    x = functional.pad(x, (1, 1, 1, 1), mode="replicate")
    x = torch.cat((x[:, :, 2:3], x, x[:, :, -3:-2]), 2)
    return torch.cat((x[..., 2:3], x, x[..., -3:-2]), 3)


# Inductor of torch 2.11 stops at those slices, and would gain nothing.
mirrored: Callable[[Tensor], Tensor] = torch.compiler.disable(_mirrored)  # type: ignore[assignment]
