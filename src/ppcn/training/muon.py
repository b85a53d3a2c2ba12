"""Muon for networks of convolutions: every step of a kernel turns all its directions by as much."""

from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor, nn


def kernels_of(network: nn.Module) -> list[Tensor]:
    """Return the kernels that Muon is for: all but those of convolutions in groups, whose rows share no inputs."""
    return [conv.weight for conv in network.modules() if isinstance(conv, nn.Conv2d) and conv.groups == 1]


class Muon(torch.optim.Muon):
    """torch's Muon (K. Jordan, 2024), which takes matrices, for kernels: a row of the matrix makes one output channel.

    Adam looks at each weight for itself; Muon makes a kernel's step an orthogonal matrix, as long as Adam's would be
    (Liu et al., "Muon is scalable", 2025), so that one learning rate serves both. Nothing decays.
    """

    def __init__(self, kernels: Iterable[Tensor]) -> None:
        """Take the kernels, OxIxHxW or OxI, on the device where they will stay."""
        self._kernels = list(kernels)
        self._matrices = [nn.Parameter(kernel.detach().flatten(1).clone()) for kernel in self._kernels]
        super().__init__(self._matrices, weight_decay=0.0, adjust_lr_fn="match_rms_adamw")

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """Move every kernel that has a gradient; return what ``closure``, which may make them, does."""
        loss = None
        if closure:
            with torch.enable_grad():
                loss = closure()
        for kernel, matrix in zip(self._kernels, self._matrices, strict=True):
            matrix.copy_(kernel.flatten(1))  # kernels may lie in another order (channels last)
            matrix.grad = None if kernel.grad is None else kernel.grad.flatten(1)
        super().step()
        for kernel, matrix in zip(self._kernels, self._matrices, strict=True):
            kernel.copy_(matrix.view_as(kernel))
        return loss
