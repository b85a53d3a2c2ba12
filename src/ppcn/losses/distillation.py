"""Knowledge distillation: the difference of the student's and the teacher's attention maps."""

from collections.abc import Sequence

import torch
from torch import Tensor, linalg
from torch.nn import functional

from ppcn.losses import Variant, precise


def distillation(student: Sequence[Tensor], teacher: Sequence[Tensor], *, variant: Variant = "released") -> Tensor:
    """Return how much the maps of two networks differ: summed over their pairs, mean over N, 0 where they agree.

    Maps are NxCxHxW; those of a pair may differ in C only. Their means over channels are compared as vectors of length
    1, one an image. "paper" takes the norm of the difference (equation 12), "released" half its square; either is at
    most 2 a pair.
    """
    pairs = zip(student, teacher, strict=True)
    distance = torch.stack([linalg.vector_norm(_direction(ours) - _direction(theirs), dim=1) for ours, theirs in pairs])
    return (distance.square() / 2 if variant == "released" else distance).sum(0).mean()


def _direction(maps: Tensor) -> Tensor:
    return functional.normalize(precise(maps).mean(1).flatten(1), dim=1)
