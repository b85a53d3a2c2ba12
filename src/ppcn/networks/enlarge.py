"""Bicubic enlargement by four as one fixed convolution: what MATLAB's ``imresize(x, 4)`` computes, in any runtime."""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ppcn.images.pixels.resize import CUBIC
from ppcn.networks.layers import mirrored

SCALE = 4
HALO = 2  # rows of the small photo beyond its own that an enlarged row can see


class Enlarge(nn.Module):
    """Nx3xHxW to Nx48xHxW: the 4x4 pixels that each pixel becomes, in the order of ``pixel_shuffle``.

    Cubic convolution (Keys 1981, a = -0.5), mirrored at the borders, not rounded. The blocks stay on the small grid
    so that strips of them need no alignment; ``functional.pixel_shuffle(blocks, 4)`` is the enlarged photo.
    """

    kernel: Tensor

    def __init__(self) -> None:
        super().__init__()
        distances = (np.arange(SCALE)[:, None] - 1.5) / SCALE - np.arange(-2, 3)
        phases = torch.from_numpy(CUBIC.weights(distances)).float()
        kernel = torch.einsum("iy,jx->ijyx", phases, phases).reshape(SCALE**2, 5, 5)
        # Without its dimension of one channel: in channels-last form torch could not send it to other processes.
        self.register_buffer("kernel", kernel.repeat(3, 1, 1), persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """Return the blocks of an image of any size from 1x1; in its own precision under autocast too.

        In bfloat16 the colours, and the mean that is added back at the end, would be off by up to half a level of 255.
        """
        with torch.autocast(image.device.type, enabled=False):
            return functional.conv2d(mirrored(image), self.kernel[:, None], groups=3)
