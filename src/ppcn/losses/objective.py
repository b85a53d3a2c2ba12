"""The objective: the losses that a recipe names, each times its weight."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, Literal

import torch
from torch import Tensor

from ppcn.errors import RecipeError
from ppcn.losses import Variant
from ppcn.losses.colour import colour
from ppcn.losses.contextual import contextual
from ppcn.losses.detail import detail
from ppcn.losses.distillation import distillation
from ppcn.losses.l1 import l1
from ppcn.losses.liveliness import liveliness
from ppcn.losses.log_mse import log_mse
from ppcn.losses.ssim import ssim_loss
from ppcn.losses.texture import texture_loss
from ppcn.losses.tv import total_variation
from ppcn.losses.vgg import vgg_loss

Need = Literal["features", "discriminator", "teacher"]


@dataclass
class View:
    """The inputs of a step's losses; features and logits are computed once, and only if a loss asks for them.

    ``output`` and ``target`` are NxCxHxW in [0, 1], ``maps`` and ``teacher_maps`` what knowledge transfer compares.
    ``extract`` gives features of pictures, ``discriminate`` a discriminator's logits. Each of several ``processes`` has
    an equal share of the batch; ``mean`` is then the mean of a tensor over them. ``generator`` draws the same numbers
    in all of them.
    """

    output: Tensor
    target: Tensor
    maps: Sequence[Tensor] = ()
    teacher_maps: Sequence[Tensor] = ()
    extract: Callable[[Tensor], Tensor] | None = None
    discriminate: Callable[[Tensor], Tensor] | None = None
    processes: int = 1
    mean: Callable[[Tensor], Tensor] = lambda x: x
    generator: torch.Generator | None = None

    @property
    def images(self) -> int:
        """Images in the batch of all processes."""
        return len(self.output) * self.processes

    @cached_property
    def features(self) -> tuple[Tensor, Tensor]:
        """Features of output and target."""
        assert self.extract
        with torch.no_grad():
            wanted = self.extract(self.target)
        return self.extract(self.output), wanted

    @cached_property
    def centre(self) -> Tensor:
        """Mean of the target's features over the batch of all processes and positions, C values."""
        return self.mean(self.features[1].float().mean((0, 2, 3)))

    @cached_property
    def logits(self) -> Tensor:
        """The discriminator's logits of the output."""
        assert self.discriminate
        return self.discriminate(self.output)


@dataclass(frozen=True)
class Loss:
    """A loss of a view, what it needs beside pictures, and whether it has a paper's and a released variant."""

    of: Callable[..., Tensor]
    needs: Need | None = None
    variants: bool = False


LOSSES: dict[str, Loss] = {
    "l1": Loss(lambda view: l1(view.output, view.target)),
    "log_mse": Loss(lambda view: log_mse(view.output, view.target)),
    "ssim": Loss(lambda view: ssim_loss(view.output, view.target)),
    "detail": Loss(lambda view: detail(view.output, view.target)),
    "liveliness": Loss(lambda view: liveliness(view.output, view.target)),
    "contextual": Loss(
        lambda view: contextual(*view.features, centre=view.centre, generator=view.generator), "features"
    ),
    "vgg": Loss(lambda view: vgg_loss(*view.features), "features"),
    "texture": Loss(
        lambda view, **variant: texture_loss(view.logits, images=view.images, **variant), "discriminator", variants=True
    ),
    "colour": Loss(lambda view, **variant: colour(view.output, view.target, **variant), variants=True),
    "tv": Loss(lambda view, **variant: total_variation(view.output, **variant), variants=True),
    "distillation": Loss(
        lambda view, **variant: distillation(view.maps, view.teacher_maps, **variant), "teacher", variants=True
    ),
}


class Objective:
    """A weighted sum of losses of a view."""

    def __init__(self, weights: Mapping[str, float], variants: Mapping[str, Variant] | None = None) -> None:
        """Take losses by name with their weights (0 leaves one out), and variants other than their defaults.

        Raises RecipeError where no loss is left, for a name that is not in ``LOSSES``, and for a variant of a loss that
        has none.
        """
        for name in weights:
            if name not in LOSSES:
                raise RecipeError(f"No loss is called '{name}'; there are {', '.join(LOSSES)}.")
        for name in variants or {}:
            if name not in LOSSES or not LOSSES[name].variants:
                known = ", ".join(name for name, loss in LOSSES.items() if loss.variants)
                raise RecipeError(f"There are no variants of '{name}'; there are of {known}.")
        self.weights = {name: weight for name, weight in weights.items() if weight}
        if not self.weights:
            raise RecipeError(f"The recipe names no loss; there are {', '.join(LOSSES)}.")
        chosen: dict[str, dict[str, Any]] = {name: {"variant": variant} for name, variant in (variants or {}).items()}
        self._losses = {name: partial(LOSSES[name].of, **chosen.get(name, {})) for name in self.weights}

    def needs(self, what: Need) -> bool:
        """Tell whether one of the losses needs features, a discriminator or a teacher."""
        return any(LOSSES[name].needs == what for name in self.weights)

    @property
    def is_plain(self) -> bool:
        """Whether the losses look at output and target alone, and draw nothing."""
        return all(LOSSES[name].needs is None for name in self.weights)

    def __call__(self, view: View) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the sum (a scalar, for ``backward``) and each loss by name, before its weight and detached."""
        parts = {name: loss(view) for name, loss in self._losses.items()}
        total = torch.stack([self.weights[name] * part for name, part in parts.items()]).sum()
        return total, {name: part.detach() for name, part in parts.items()}
