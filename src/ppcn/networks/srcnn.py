"""SRCNN (Dong et al. 2014, 9-5-5) as the challenge's baseline enhancer, 69,249 parameters."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks.layers import conv, squash
from ppcn.networks.released import layer_variables
from ppcn.networks.stages import Maps, Stage, StagedNetwork


class SRCNN(StagedNetwork):
    """Nx3xHxW in [0, 1] to the same shape in [-0.08, 1.08], any size from 1x1; one bias for all channels."""

    released = layer_variables({"{}1": "features", "{}2": "mapping"}, "w", "b") | {
        "w3": "last.weight",
        "b3": "last_bias",
    }

    def __init__(self) -> None:
        super().__init__()
        self.features = conv(3, 64, 9)
        self.mapping = conv(64, 32, 5)
        self.last = nn.Conv2d(32, 3, 5, padding=2, bias=False)
        self.last_bias = nn.Parameter(torch.zeros(1))

    def stages(self) -> Sequence[Stage]:
        """One stage: the network is local."""
        return (Stage(self._picture, halo=8),)

    def _picture(self, image: Tensor) -> Maps:
        x = functional.relu(self.mapping(functional.relu(self.features(image))))
        return (squash(self.last(x) + self.last_bias),)
