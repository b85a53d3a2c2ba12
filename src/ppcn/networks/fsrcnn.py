"""FSRCNN (Dong et al. 2016; d = 56, s = 12, m = 4), four times larger, 12,809 parameters."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks import enlarge
from ppcn.networks.layers import add_luma, conv, luma
from ppcn.networks.stages import Maps, Stage, StagedNetwork


class FSRCNN(StagedNetwork):
    """Nx3xHxW RGB in [0, 1] to Nx3x4Hx4W, not clipped, any size from 1x1; Cb and Cr are bicubic's."""

    def __init__(self) -> None:
        super().__init__()
        self.enlarge = enlarge.Enlarge()
        self.layers = nn.Sequential(
            *(conv(1, 56, 5), nn.PReLU(56)),
            *(conv(56, 12, 1), nn.PReLU(12)),
            *(layer for _ in range(4) for layer in (conv(12, 12, 3), nn.PReLU(12))),
            *(conv(12, 56, 1), nn.PReLU(56)),
            nn.ConvTranspose2d(56, 1, 9, stride=enlarge.SCALE, padding=4, output_padding=enlarge.SCALE - 1),
        )

    def stages(self) -> Sequence[Stage]:
        """One stage: the network is local."""
        return (Stage(self._picture, halo=7, scale=enlarge.SCALE),)

    def _picture(self, image: Tensor) -> Maps:
        large = functional.pixel_shuffle(self.enlarge(image), enlarge.SCALE)
        return (add_luma(large, self.layers(luma(image)) - luma(large)),)
