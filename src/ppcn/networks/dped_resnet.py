"""DPED's residual enhancers (Ignatov et al. 2017): the generator ResNet_12_64 and the challenge's ResNet_8_32."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import ClassVar

from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks.layers import InstanceNorm, conv, squash
from ppcn.networks.released import enhancer_variables
from ppcn.networks.stages import Maps, Stage, StagedNetwork

relu = functional.relu


class DpedResNet(StagedNetwork):
    """Nx3xHxW in [0, 1] to the same shape in [-0.08, 1.08], any size from 1x1; no contrast step.

    ``pairs`` residual pairs of 3x3 convolutions of ``channels`` maps, between 9x9 convolutions.
    """

    channels: ClassVar[int]
    pairs: ClassVar[int]

    def __init__(self) -> None:
        super().__init__()
        channels, pairs = self.channels, self.pairs
        self.first = conv(3, channels, 9)
        self.convs = nn.ModuleList(conv(channels, channels, 3) for _ in range(2 * pairs))
        self.norms = nn.ModuleList(InstanceNorm(channels) for _ in range(2 * pairs))
        self.after1 = conv(channels, channels, 3)
        self.after2 = conv(channels, channels, 3)
        self.last = conv(channels, 3, 9)

    def stages(self) -> Sequence[Stage]:
        """Moments after each convolution of the residual pairs, picture."""
        inner = range(1, len(self.convs))
        return (
            Stage(self._first, halo=5, statistic="moments"),
            *(Stage(partial(self._second if i % 2 else self._next, i), halo=1, statistic="moments") for i in inner),
            Stage(self._picture, halo=6),
        )

    def _first(self, image: Tensor) -> Maps:
        x = relu(self.first(image))
        return self.convs[0](x), x

    def _second(self, i: int, y: Tensor, x: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        return self.convs[i](relu(self.norms[i - 1](y, mean, variance))), x

    def _next(self, i: int, y: Tensor, x: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        x = x + relu(self.norms[i - 1](y, mean, variance))
        return self.convs[i](x), x

    def _picture(self, y: Tensor, x: Tensor, mean: Tensor, variance: Tensor) -> Maps:
        x = x + relu(self.norms[-1](y, mean, variance))
        return (squash(self.last(relu(self.after2(relu(self.after1(x)))))),)


def _released(pairs: int) -> Mapping[str, str]:
    inner = range(2 * pairs)
    convs = ("first", *(f"convs.{i}" for i in inner), "after1", "after2", "last")
    return enhancer_variables(1, convs, [f"norms.{i}" for i in inner])


class ResNet12x64(DpedResNet):
    """DPED's generator, 401,475 parameters."""

    channels, pairs, released = 64, 4, _released(pairs=4)


class ResNet8x32(DpedResNet):
    """The challenge's smaller baseline, 71,331 parameters."""

    channels, pairs, released = 32, 2, _released(pairs=2)


class ResNet6x16(DpedResNet):
    """The challenge's smallest, released for super-resolution only: it takes the enlarged photo. 17,139 parameters."""

    channels, pairs, released = 16, 1, _released(pairs=1)
