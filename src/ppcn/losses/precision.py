"""The precision of losses: float32 at least."""

import torch
from torch import Tensor


def precise(x: Tensor) -> Tensor:
    """Return ``x`` in float32, or in float64 if it is that: losses sum many small differences."""
    return x.to(torch.promote_types(x.dtype, torch.float32))
