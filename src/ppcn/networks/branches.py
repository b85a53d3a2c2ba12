"""Branches that convolutions have in training only: folded into their weights, they cost nothing afterwards.

A kernel that is the sum of itself and a product of three (1x1, k x k, 1x1; wider in between) learns a little better
than alone, and is still one kernel. Networks for phones train this way (ECBSR, Zhang et al. 2021; SPAN, Wan et al.
2024) and run the branches on maps; here they meet in the kernel, so that training computes just what is shipped,
borders included, and their cost does not grow with the pictures.
"""

import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize


class Branch(nn.Module):
    """Adds to a kernel, OxIxHxW, what its second path amounts to: nothing at first."""

    def __init__(self, kernel: Tensor, width: int) -> None:
        """Take the kernel to stand beside, and how many times wider than it the path is."""
        super().__init__()
        outputs, inputs, height, across = kernel.shape
        self.expand = nn.Parameter(torch.empty(width * inputs, inputs))
        self.middle = nn.Parameter(torch.empty(width * outputs, width * inputs, height, across))
        self.squeeze = nn.Parameter(torch.zeros(outputs, width * outputs))
        for weight in (self.expand, self.middle):
            nn.init.normal_(weight, std=weight[0].numel() ** -0.5)

    def forward(self, kernel: Tensor) -> Tensor:
        """Return the sum, in the kernel's own precision under autocast too."""
        with torch.autocast(kernel.device.type, enabled=False):
            return kernel + torch.einsum("om,mnyx,ni->oiyx", self.squeeze, self.middle, self.expand)


def grow(network: nn.Module, width: int) -> None:
    """Give every convolution larger than 1x1 a branch, ``width`` times as wide; the network computes the same."""
    for module in list(network.modules()):
        if isinstance(module, nn.Conv2d) and module.weight[0, 0].numel() > 1:
            parametrize.register_parametrization(module, "weight", Branch(module.weight, width))


def folded(network: nn.Module) -> dict[str, Tensor]:
    """Return a network's weights by the names that they have without branches, which are part of them now."""
    weights = {}
    for name, value in network.state_dict().items():
        convolution, branched, _ = name.partition(".parametrizations.weight.")
        if branched:  # one of several tensors that make up the kernel
            weights[f"{convolution}.weight"] = network.get_submodule(convolution).weight
        else:
            weights[name] = value
    return weights
