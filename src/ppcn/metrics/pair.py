"""The input of every metric: two pictures of one size, in float64 and clipped to [0, 1]."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

SMALLEST_ERROR = 1e-10  # a squared error below this counts as this: identical pictures score 100 dB


def pair(output: ArrayLike, target: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both pictures as HxWx3 float64 arrays clipped to [0, 1]; they are not rounded.

    Raises ValueError where the shapes differ, are not HxWx3, or hold no pixel.
    """
    a, b = np.asarray(output, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 3 or a.shape[2] != 3 or a.size == 0:
        raise ValueError(f"expected two HxWx3 pictures of one size, got {a.shape} and {b.shape}")
    return a.clip(0, 1), b.clip(0, 1)


def decibels(squared_error: float) -> float:
    """Return the peak signal-to-noise ratio of a mean squared error, for pictures in [0, 1]; 100 at most."""
    return float(-10 * np.log10(max(squared_error, SMALLEST_ERROR)))
