"""The student: the paper's small enhancer (figure 3, below), 2,715 parameters."""

from collections.abc import Sequence

from torch import Tensor

from ppcn.networks.layers import InstanceNorm, contrast, conv, leaky, squash
from ppcn.networks.released import enhancer_variables
from ppcn.networks.stages import Maps, Stage, StagedNetwork, photo


class Student(StagedNetwork):
    """Nx3xHxW in [0, 1] to the same shape in [-0.08, 1.08], any size from 1x1.

    One-dimensional kernels, the second pair dilated, with one residual connection; 11 rows and columns of context.
    """

    transferred = ("horizontal_dilated", "last")  # they take F1, F2
    identity_path, branch_norms = ("horizontal", "vertical", "last"), ("norm2",)
    released = enhancer_variables(
        0, ("horizontal", "vertical", "horizontal_dilated", "vertical_dilated", "last"), ("norm1", "norm2")
    )

    def __init__(self) -> None:
        super().__init__()
        self.horizontal = conv(3, 8, (1, 7))
        self.vertical = conv(8, 8, (7, 1))
        self.horizontal_dilated = conv(8, 16, (1, 7), dilation=2)
        self.norm1 = InstanceNorm(16)
        self.vertical_dilated = conv(16, 8, (7, 1), dilation=2)
        self.norm2 = InstanceNorm(8)
        self.last = conv(8, 3, 3)

    def stages(self) -> Sequence[Stage]:
        """Mean of the photo, moments after each dilated convolution, picture."""
        return (
            Stage(photo, statistic="mean"),
            Stage(self._widen, halo=3, statistic="moments"),
            Stage(self._narrow, halo=6, statistic="moments"),
            Stage(self._picture, halo=1),
        )

    def _widen(self, image: Tensor, mean: Tensor) -> Maps:
        f1 = leaky(self.vertical(leaky(self.horizontal(contrast(image, mean)))))
        return self.horizontal_dilated(f1), f1

    def _narrow(self, wide: Tensor, f1: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        return self.vertical_dilated(leaky(self.norm1(wide, mean, variance))), f1

    def _picture(self, narrow: Tensor, f1: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        f2 = leaky(self.norm2(narrow, mean, variance)) + f1
        return (squash(self.last(f2)),)
