"""The upscaler: four times larger, 229,968 parameters; ours, as good as the paper's network, and faster."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks import enlarge
from ppcn.networks.layers import conv, leaky
from ppcn.networks.stages import Maps, Stage, StagedNetwork

CHANNELS, BLOCKS = 48, 5


class Upscaler(StagedNetwork):
    """Nx3xHxW in [0, 1] to Nx3x4Hx4W, about [0, 1] but not clipped; any size from 1x1.

    The small photo itself is read, where the paper's network reads an enlarged one and makes it small again. Residual
    blocks find what bicubic enlargement lacks; a pixel shuffle makes the large picture. The network is local: the same
    part of a photo is enlarged in the same way in every photo. The time of other shapes: docs/super-resolution.md.
    """

    residual = (*(f"blocks.{block}.two" for block in range(BLOCKS)), "last")

    def __init__(self) -> None:
        super().__init__()
        self.enlarge = enlarge.Enlarge()
        self.first = conv(3, CHANNELS, 3)
        self.blocks = nn.Sequential(*(_Block() for _ in range(BLOCKS)))
        self.last = conv(CHANNELS, 3 * enlarge.SCALE**2, 3)

    def stages(self) -> Sequence[Stage]:
        """One stage: the network is local."""
        return (Stage(self._picture, halo=2 * BLOCKS + 2, scale=enlarge.SCALE),)

    def _picture(self, image: Tensor) -> Maps:
        x = self.first(image - 0.5)  # so that the padding around a photo is grey, not black
        lacking = self.last(self.blocks(x) + x)
        return (functional.pixel_shuffle(self.enlarge(image) + lacking, enlarge.SCALE),)


class _Block(nn.Module):
    """A residual block without normalisation (EDSR, Lim et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.one, self.two = conv(CHANNELS, CHANNELS, 3), conv(CHANNELS, CHANNELS, 3)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.two(leaky(self.one(x)))
