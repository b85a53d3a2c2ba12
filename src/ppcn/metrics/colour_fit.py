"""PSNR after the best colour fit: detail without colour."""

import numpy as np
from numpy.typing import ArrayLike

from ppcn.metrics.pair import decibels, pair


def psnr_colour_fit(output: ArrayLike, target: ArrayLike) -> float:
    """PSNR in dB, 0 to 100, of the output after the 3x4 colour matrix that brings it nearest to the target.

    Both are HxWx3 in [0, 1]. The matrix (three gains a channel and an offset) is the least-squares fit of this one
    pair; the fitted picture is clipped again. The figure is never below the plain PSNR. Raises ValueError where the
    shapes differ.
    """
    a, b = (picture.reshape(-1, 3) for picture in pair(output, target))
    # Fitting the deviations from the means gives the offset for free. Flat pictures have no deviations: hence "lstsq".
    centre_a, centre_b = a.mean(0), b.mean(0)
    a = a - centre_a
    matrix = np.linalg.lstsq(a.T @ a, a.T @ (b - centre_b), rcond=None)[0]
    fitted = a @ matrix + centre_b
    return decibels(fitted.clip(0, 1), b)
