"""Losses: pure functions of torch tensors, one file a loss; ``objective`` adds them up."""

from typing import Literal

import torch
from torch import Tensor

Variant = Literal["paper", "released"]  # the paper's or its released code's, where they differ; each states its default


def precise(x: Tensor) -> Tensor:
    """Return ``x`` in float32, or in float64 if it is that: losses sum many small differences."""
    return x.to(torch.promote_types(x.dtype, torch.float32))
