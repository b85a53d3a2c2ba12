"""The teacher: the paper's larger enhancer (figure 3, above), 21,843 parameters."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ppcn.networks.layers import InstanceNorm, contrast, conv, leaky, squash
from ppcn.networks.released import enhancer_variables
from ppcn.networks.stages import Maps, Stage, StagedNetwork, photo


class Teacher(StagedNetwork):
    """Nx3xHxW in [0, 1] to the same shape in [-0.08, 1.08], any size from 1x1.

    Two residual blocks, the second dilated, whose results are joined by a 1x1 convolution; 10 rows and columns of
    context.
    """

    transferred = ("widen", "last")  # they take G1, G4
    identity_path, branch_norms = ("horizontal", "vertical", "join", "last"), ("norm2", "norm4")
    released = enhancer_variables(
        0,
        ("horizontal", "vertical", "widen", "narrow", "widen_dilated", "narrow_dilated", "join", "last"),
        ("norm1", "norm2", "norm3", "norm4"),
    )

    def __init__(self) -> None:
        super().__init__()
        self.horizontal = conv(3, 16, (1, 7))
        self.vertical = conv(16, 16, (7, 1))
        self.widen = conv(16, 32, 3)
        self.norm1 = InstanceNorm(32)
        self.narrow = conv(32, 16, 3)
        self.norm2 = InstanceNorm(16)
        self.widen_dilated = conv(16, 32, 3, dilation=2)
        self.norm3 = InstanceNorm(32)
        self.narrow_dilated = conv(32, 16, 3, dilation=2)
        self.norm4 = InstanceNorm(16)
        self.join = conv(32, 16, 1)
        self.last = conv(16, 3, 3)

    def stages(self) -> Sequence[Stage]:
        """Mean of the photo, moments after each 3x3 convolution of both blocks, picture."""
        return (
            Stage(photo, statistic="mean"),
            Stage(self._widen, halo=4, statistic="moments"),
            Stage(self._narrow, halo=1, statistic="moments"),
            Stage(self._widen_dilated, halo=2, statistic="moments"),
            Stage(self._narrow_dilated, halo=2, statistic="moments"),
            Stage(self._picture, halo=1),
        )

    def _widen(self, image: Tensor, mean: Tensor) -> Maps:
        g1 = leaky(self.vertical(leaky(self.horizontal(contrast(image, mean)))))
        return self.widen(g1), g1

    def _narrow(self, wide: Tensor, g1: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        return self.narrow(leaky(self.norm1(wide, mean, variance))), g1

    def _widen_dilated(self, narrow: Tensor, g1: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        g2 = self.norm2(narrow, mean, variance) + g1
        return self.widen_dilated(g2), g2

    def _narrow_dilated(self, wide: Tensor, g2: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        return self.narrow_dilated(leaky(self.norm3(wide, mean, variance))), g2

    def _picture(self, narrow: Tensor, g2: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        g3 = self.norm4(narrow, mean, variance) + g2
        g4 = leaky(self.join(torch.cat((g2, g3), 1)))
        return (squash(self.last(g4)),)
