"""The optimiser Muon for kernels of convolutions: each step is orthogonalised."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

MOMENTUM = 0.95
# Of the polynomial that brings singular values near 1: five steps from anything between 0 and 1 (K. Jordan, 2024).
STEPS, LINEAR, CUBIC, QUINTIC = 5, 3.4445, -4.7750, 2.0315
AS_ADAM = 0.2  # the root mean square of Adam's steps (Liu et al., "Muon is scalable", 2025)


def kernels_of(network: nn.Module) -> list[Tensor]:
    """Return the kernels that Muon is for: all but those of convolutions in groups, whose rows share no inputs."""
    return [conv.weight for conv in network.modules() if isinstance(conv, nn.Conv2d) and conv.groups == 1]


class Muon(Optimizer):
    """torch's Muon for convolution kernels: each kernel is a matrix with one row for each output channel.

    Muon makes a kernel's step an orthogonal matrix, as long as Adam's would be, so that one learning rate serves both.
    Nothing decays. Kernels of one shape are turned together: a GPU waits for launches, not for sums. The learning rate
    may be a tensor, for CUDA graphs.
    """

    def __init__(self, kernels: Iterable[Tensor], lr: float | Tensor = 1e-3) -> None:
        """Take the kernels, OxIxHxW or OxI, on the device where they will stay."""
        super().__init__(kernels, {"lr": lr})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Move every kernel that has a gradient."""
        for group in self.param_groups:
            alike: dict[tuple[int, int], list[Tensor]] = defaultdict(list)
            for kernel in group["params"]:
                if kernel.grad is not None:
                    alike[len(kernel), kernel[0].numel()].append(kernel)
            for shape, kernels in alike.items():
                turned = _orthogonal(torch.stack(self._directions(kernels))) * (-AS_ADAM * math.sqrt(max(shape)))
                for kernel, matrix in zip(kernels, turned, strict=True):
                    kernel.add_(matrix.view_as(kernel) * group["lr"])

    def _directions(self, kernels: Sequence[Tensor]) -> list[Tensor]:
        """Return what the kernels' gradients and those before them say: Nesterov's momentum, as matrices."""
        directions = []
        for kernel in kernels:
            assert kernel.grad is not None
            gradient = kernel.grad.flatten(1)
            momentum = self.state[kernel].setdefault("momentum_buffer", torch.zeros_like(gradient))
            momentum.lerp_(gradient, 1 - MOMENTUM)
            directions.append(gradient.lerp(momentum, MOMENTUM))
        return directions


def _orthogonal(matrices: Tensor) -> Tensor:
    """Return BxRxC matrices with their singular values brought near 1, by Newton and Schulz's iteration in bfloat16."""
    tall = matrices.shape[1] > matrices.shape[2]
    x = (matrices.mT if tall else matrices).bfloat16()
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    for _ in range(STEPS):
        squared = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(squared, squared, squared, beta=CUBIC, alpha=QUINTIC), x, beta=LINEAR)
    return (x.mT if tall else x).float()
