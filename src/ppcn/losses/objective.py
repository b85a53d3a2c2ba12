"""The objective: the losses that a recipe names, each times its weight."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor

from ppcn.errors import RecipeError
from ppcn.losses.l1 import l1
from ppcn.losses.ssim import ssim_loss

Loss = Callable[[Tensor, Tensor], Tensor]

LOSSES: dict[str, Loss] = {"l1": l1, "ssim": ssim_loss}


class Objective:
    """A weighted sum of losses between the network's output and the target, both NxCxHxW in [0, 1]."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        """Take loss names and weights; raises RecipeError for none, or a name that is not in ``LOSSES``."""
        if not weights:
            raise RecipeError(f"The recipe names no loss; there are {', '.join(LOSSES)}.")
        for name in weights:
            if name not in LOSSES:
                raise RecipeError(f"No loss is called '{name}'; there are {', '.join(LOSSES)}.")
        self.weights = dict(weights)

    def __call__(self, output: Tensor, target: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Return the sum (a scalar, for ``backward``) and each loss by name, before its weight."""
        parts = {name: LOSSES[name](output, target) for name in self.weights}
        total = torch.stack([self.weights[name] * part for name, part in parts.items()]).sum()
        return total, {name: part.item() for name, part in parts.items()}
