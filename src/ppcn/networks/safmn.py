"""SAFMN: four times larger, 239,520 parameters; the finest of the enlarging networks, as fast as the paper's."""

from collections.abc import Sequence
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks import enlarge
from ppcn.networks.layers import conv
from ppcn.networks.stages import Maps, Stage, StagedNetwork

CHANNELS, BLOCKS = 36, 8
POOLS = (1, 2, 4, 8)  # sides of the windows of which a quarter of the channels each are the largest values


class SAFMN(StagedNetwork):
    """Nx3xHxW in [0, 1] to Nx3x4Hx4W, about [0, 1] but not clipped; any size from 1x1.

    Spatially-adaptive feature modulation (Sun et al., ICCV 2023): each block multiplies its map by what it finds at
    four sizes, so that far more of a photo is seen than by plain convolutions. As in our upscaler, bicubic enlargement
    is added. The windows lie on a grid from the photo's top left corner, those at its other end may be cut: the
    published code's windows overlap where a photo is no multiple of eight. Its function is GELU; ours takes less time.
    """

    residual = ("last",)

    def __init__(self) -> None:
        super().__init__()
        self.enlarge = enlarge.Enlarge()
        self.first = conv(3, CHANNELS, 3)
        self.blocks = nn.ModuleList(_Block() for _ in range(BLOCKS))
        self.last = conv(CHANNELS, 3 * enlarge.SCALE**2, 3)

    def stages(self) -> Sequence[Stage]:
        """One stage a block: with one stage for all, the halo of a strip would cost more than the strip."""
        grid = POOLS[-1]
        return (
            Stage(self._begin, halo=HALO + 1, grid=grid),
            *(Stage(partial(_step, block), halo=HALO, grid=grid) for block in self.blocks[1:-1]),
            Stage(self._picture, halo=HALO + 1, grid=grid, scale=enlarge.SCALE),
        )

    def _begin(self, image: Tensor) -> Maps:
        return self.blocks[0](self._features(image)), image

    def _picture(self, x: Tensor, image: Tensor) -> Maps:
        lacking = self.last(self.blocks[-1](x) + self._features(image))
        return (functional.pixel_shuffle(self.enlarge(image) + lacking, enlarge.SCALE),)

    def _features(self, image: Tensor) -> Tensor:
        return self.first(image - 0.5)  # so that the padding around a photo is grey, not black


HALO = 2 * POOLS[-1]  # a window's neighbour ends at most 15 rows away; and the 3x3 convolution


def _step(block: nn.Module, x: Tensor, image: Tensor) -> Maps:
    return block(x), image


class _Block(nn.Module):
    """A map times what is found in it at four sizes, and a convolution to twice the channels and back."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = _Norm(), _Norm()
        part = CHANNELS // len(POOLS)
        self.sizes = nn.ModuleList(nn.Conv2d(part, part, 3, padding=1, groups=part) for _ in POOLS)
        self.mix = conv(CHANNELS, CHANNELS, 1)
        self.widen, self.narrow = conv(CHANNELS, 2 * CHANNELS, 3), conv(2 * CHANNELS, CHANNELS, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self._modulated(self.norm1(x))
        return x + self.narrow(_swish(self.widen(self.norm2(x))))

    def _modulated(self, x: Tensor) -> Tensor:
        found = [
            _at_size(pool, convolve, part)
            for pool, convolve, part in zip(POOLS, self.sizes, x.chunk(len(POOLS), 1), strict=True)
        ]
        return x * _swish(self.mix(torch.cat(found, 1)))


def _at_size(pool: int, convolve: nn.Module, x: Tensor) -> Tensor:
    """Convolve the largest values of windows, each of which then fills its window."""
    if pool == 1:
        return convolve(x)
    coarse = convolve(functional.max_pool2d(x, pool, ceil_mode=True))
    return functional.interpolate(coarse, scale_factor=float(pool), mode="nearest")[..., : x.shape[2], : x.shape[3]]


class _Norm(nn.Module):
    """Every pixel's channels with mean 0 and variance 1 (eps 1e-6), then a scale and a shift for each channel."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(CHANNELS))
        self.bias = nn.Parameter(torch.zeros(CHANNELS))

    def forward(self, x: Tensor) -> Tensor:
        deviation = x - x.mean(1, keepdim=True)
        x = deviation * torch.rsqrt((deviation * deviation).mean(1, keepdim=True) + 1e-6)
        return x * self.weight.view(1, -1, 1, 1) + self.bias.view(1, -1, 1, 1)


def _swish(x: Tensor) -> Tensor:
    """Return GELU to 0.018, of fewer operations: x times a quintic from 0 to 1, constant beyond its ends."""
    c = x.clamp(-2.4475, 2.4475)
    d = c * c
    return x * (c * ((d * 0.0039086342 - 0.055) * d + 0.3935) + 0.5)
