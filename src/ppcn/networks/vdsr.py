"""VDSR (Kim et al. 2016): 20 layers on the enlarged Y, 665,921 parameters."""

import itertools
from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks import enlarge
from ppcn.networks.layers import add_luma, conv, luma
from ppcn.networks.released import layer_variables
from ppcn.networks.stages import Maps, Stage, StagedNetwork


class VDSR(StagedNetwork):
    """Nx3xHxW RGB in [0, 1] to Nx3x4Hx4W, not clipped, any size from 1x1; it adds what bicubic lacks in Y."""

    released = layer_variables({f"conv_{20 if i == 19 else i:02d}_{{}}": f"convs.{i}" for i in range(20)}, "w", "b")

    def __init__(self) -> None:
        super().__init__()
        self.enlarge = enlarge.Enlarge()
        widths = (1, *(64,) * 19, 1)
        self.convs = nn.ModuleList(conv(inputs, outputs, 3) for inputs, outputs in itertools.pairwise(widths))

    def stages(self) -> Sequence[Stage]:
        """One stage: the network is local (20 large rows are 5 small ones, and 2 more for the enlargement)."""
        return (Stage(self._picture, halo=5 + enlarge.HALO, scale=enlarge.SCALE),)

    def _picture(self, image: Tensor) -> Maps:
        large = functional.pixel_shuffle(self.enlarge(image), enlarge.SCALE)
        *hidden, last = self.convs
        x = luma(large)
        for layer in hidden:
            x = functional.relu(layer(x))
        return (add_luma(large, last(x)),)
