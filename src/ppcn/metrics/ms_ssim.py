"""MS-SSIM on RGB, as the paper's released evaluation computes it."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ppcn.metrics.pair import pair

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
WINDOW, SIGMA = 11, 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

Array = NDArray[np.float64]


def ms_ssim(output: ArrayLike, target: ArrayLike) -> float:
    """Multi-scale structural similarity, 0 to 1, of two HxWx3 pictures in [0, 1], any size from 1x1.

    Five levels on the 0..255 scale: the contrast-structure term of the first four and the whole SSIM of the last, each
    to the power of its weight and averaged over valid windows and channels before that (Wang, Simoncelli and Bovik
    2003, equation 7). A mean below zero counts as zero. Where a level is smaller than the window, the window and its
    sigma shrink with it: on the 100x100 test patches the levels' sides are 100, 50, 25, 13 and 7. Raises ValueError
    where the shapes differ.
    """
    a, b = (picture * 255 for picture in pair(output, target))
    score = 1.0
    for level, weight in enumerate(WEIGHTS):
        if level > 0:
            a, b = _halve(a), _halve(b)
        ssim, contrast_structure = _similarity(a, b)
        term = ssim if level == len(WEIGHTS) - 1 else contrast_structure
        score *= max(term, 0.0) ** weight
    return score


def _similarity(a: Array, b: Array) -> tuple[float, float]:
    """Return the mean SSIM of two pictures and the mean of its contrast-structure term."""
    taps = _gaussian(min(WINDOW, *a.shape[:2]))
    mean_a, mean_b = _blur(a, taps), _blur(b, taps)
    squares, product = mean_a**2 + mean_b**2, mean_a * mean_b
    variances = _blur(a**2 + b**2, taps) - squares
    covariance = _blur(a * b, taps) - product
    contrast_structure = (2 * covariance + C2) / (variances + C2)
    luminance = (2 * product + C1) / (squares + C1)
    return float(np.mean(luminance * contrast_structure)), float(np.mean(contrast_structure))


def _gaussian(size: int) -> Array:
    """Return the taps of a window whose sigma is to its size as 1.5 to 11."""
    offsets = np.arange(size) - (size - 1) / 2
    taps = np.exp(-(offsets**2) / (2 * (SIGMA * size / WINDOW) ** 2))
    return taps / taps.sum()


def _blur(x: Array, taps: Array) -> Array:
    """Filter rows and columns of an HxWxC array; only windows that lie wholly inside count ("valid")."""
    height, width = (side - len(taps) + 1 for side in x.shape[:2])
    rows = np.zeros((height, *x.shape[1:]))
    for k, tap in enumerate(taps):
        rows += tap * x[k : k + height]
    windows = np.zeros((height, width, *x.shape[2:]))
    for k, tap in enumerate(taps):
        windows += tap * rows[:, k : k + width]
    return windows


def _halve(x: Array) -> Array:
    """Return the mean of pixels 2i and 2i + 1 along both sides; an odd end is mirrored, so its last pixel stays."""
    x = np.pad(x, ((0, x.shape[0] % 2), (0, x.shape[1] % 2), (0, 0)), mode="symmetric")
    return (x[0::2, 0::2] + x[1::2, 0::2] + x[0::2, 1::2] + x[1::2, 1::2]) / 4
