"""The input of every metric: two pictures of one size, in float64 and clipped to [0, 1]."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

SMALLEST_ERROR = 1e-10  # a squared error below this counts as this: identical pictures score 100 dB


def pair(output: ArrayLike, target: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both as HxWx3 float64, clipped to [0, 1], not rounded; raises ValueError for other shapes."""
    a, b = np.asarray(output, dtype=np.float64), np.asarray(target, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 3 or a.shape[2] != 3 or a.size == 0:
        raise ValueError(f"expected two HxWx3 pictures of one size, got {a.shape} and {b.shape}")
    return a.clip(0, 1), b.clip(0, 1)


def decibels(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the peak signal-to-noise ratio of two arrays in [0, 1]; 100 at most."""
    return float(-10 * np.log10(max(float(np.mean((a - b) ** 2)), SMALLEST_ERROR)))
