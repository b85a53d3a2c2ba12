"""Networks as lists of stages: local functions of a photo, between which statistics of the whole photo are gathered.

A stage maps the previous stage's maps, and the statistic gathered from the first of them, to new maps. Because
each stage is local (an output row depends on input rows at most ``halo`` away), a photo of any size can be run strip
by strip; only the statistics need the whole of it. The last stage's first map is the picture.
"""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

Maps = tuple[Tensor, ...]
Statistic = Literal["mean", "moments", "thumbnail"]

THUMBNAIL = 64  # cells along each side


@dataclass(frozen=True)
class Stage:
    """One local step of a network.

    ``run(*maps, *statistic)`` takes the maps that the stage before returned (the first stage: the image, NCHW) and the
    statistic of the first of those maps: nothing, a mean, a mean and a variance (each NxCx1x1), or a thumbnail
    (NxCx64x64). ``halo`` is how many input rows beyond its own an output row can see, ``scale`` how many output rows
    come from one input row. ``statistic`` is what the next stage needs to know of this one's first map. ``grid``: what
    it is given must begin at a multiple of so many rows, counted from the photo's first. ``observes``: the maps that it
    returns serve the statistic alone, and the next stage takes the maps that this one took. ``place``: ``run`` takes
    one more argument, float32 of two values: the photo's row that its first row is, and the photo's height.
    """

    run: Callable[..., Maps]
    halo: int = 0
    statistic: Statistic | None = None
    scale: int = 1
    grid: int = 1
    observes: bool = False
    place: bool = False


def mean(x: Tensor) -> Tensor:
    """Mean over height and width, NxCx1x1.

    Rows first, then their means: in float32 this stays accurate on many megapixels, where one long sum does not. In
    float32 at least: a mean in bfloat16 would be off by half a level of 255.
    """
    x = x.to(torch.promote_types(x.dtype, torch.float32))  # not by mean's dtype, which LiteRT's converter lacks
    return x.mean(3, keepdim=True).mean(2, keepdim=True)


def moments(x: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and (biased) variance over height and width, each NxCx1x1, in two passes."""
    centre = mean(x)
    deviation = x - centre
    return centre, mean(deviation * deviation)


def thumbnail(x: Tensor) -> Tensor:
    """Area means over 64x64 equal cells, NxCx64x64; cells smaller than a pixel repeat it."""
    return area_weights(x.shape[2], x) @ x @ area_weights(x.shape[3], x).T


def area_weights(size: int, like: Tensor) -> Tensor:
    """Return the share of each cell that each of ``size`` pixels covers, 64x(size)."""
    edges = torch.arange(THUMBNAIL + 1, dtype=like.dtype, device=like.device)[:, None] * size / THUMBNAIL
    pixels = torch.arange(size, dtype=like.dtype, device=like.device)[None]
    covered = torch.minimum(edges[1:], pixels + 1) - torch.maximum(edges[:-1], pixels)
    return covered.clamp(min=0) * THUMBNAIL / size


def photo(image: Tensor) -> Maps:
    """Return the image itself: the first stage of networks that start from the photo's mean."""
    return (image,)


def gather(statistic: Statistic | None, x: Tensor) -> Maps:
    """Return the named statistic of ``x`` as the next stage takes it."""
    match statistic:
        case "mean":
            return (mean(x),)
        case "moments":
            return moments(x)
        case "thumbnail":
            return (thumbnail(x),)
        case None:
            return ()


class StagedNetwork(nn.Module, ABC):
    """A network that is declared as a list of stages, and the facts about it that training and importing need.

    A network states those that apply to it. ``transferred``: layers, first to last, whose inputs knowledge transfer
    compares between two networks. ``identity_path``: convolutions from input to output through which the photo can
    pass, for starting near the identity; ``branch_norms``: the last normalisations of the branches added to that path.
    ``residual``: the last convolutions of residual branches without normalisation, which start smaller.
    ``identity_at_start``: it is made as the identity, and starts so. ``released``: parameters by the variables of the
    released TensorFlow checkpoint, without their scope.
    """

    transferred: ClassVar[tuple[str, ...]] = ()
    identity_path: ClassVar[tuple[str, ...]] = ()
    branch_norms: ClassVar[tuple[str, ...]] = ()
    residual: ClassVar[tuple[str, ...]] = ()
    identity_at_start: ClassVar[bool] = False
    released: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def stages(self) -> Sequence[Stage]:
        """Return the network's stages, in order."""

    def forward(self, image: Tensor) -> Tensor:
        """Run all stages on whole images, NCHW; the result is not clipped."""
        maps: Maps = (image,)
        known: Maps = ()
        for stage in self.stages():
            # [0, height], in a form that keeps the height free when the network is exported
            place = (torch.arange(2, dtype=image.dtype, device=image.device) * image.shape[2],) if stage.place else ()
            made = stage.run(*maps, *known, *place)
            known = gather(stage.statistic, made[0])
            maps = maps if stage.observes else made
        return maps[0]

    def forward_with_maps(self, image: Tensor) -> tuple[Tensor, Maps]:
        """Return what ``forward`` does and, beside it, the inputs of the ``transferred`` layers."""
        seen: list[Tensor] = []
        with contextlib.ExitStack() as hooks:
            for name in self.transferred:
                layer = self.get_submodule(name)
                hooks.enter_context(layer.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0])))
            picture = self(image)
        return picture, tuple(seen)
