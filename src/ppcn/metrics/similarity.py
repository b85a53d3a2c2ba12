"""One level of structural similarity, shared by SSIM and MS-SSIM."""

import numpy as np
from numpy.typing import NDArray

WINDOW, SIGMA = 11, 1.5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

Array = NDArray[np.float64]


def similarity(a: Array, b: Array) -> tuple[float, float]:
    """Return the mean SSIM of two HxWxC (or HxW) pictures in 0..255, and the mean of its contrast-structure term.

    Gaussian window of 11 with sigma 1.5, valid windows only, biased variances (Wang, Bovik, Sheikh and Simoncelli
    2004). Where a side is shorter than the window, the window and its sigma shrink with it.
    """
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
    """Filter rows and columns; only windows that lie wholly inside count ("valid")."""
    height, width = (side - len(taps) + 1 for side in x.shape[:2])
    rows = np.zeros((height, *x.shape[1:]))
    for k, tap in enumerate(taps):
        rows += tap * x[k : k + height]
    windows = np.zeros((height, width, *x.shape[2:]))
    for k, tap in enumerate(taps):
        windows += tap * rows[:, k : k + width]
    return windows
