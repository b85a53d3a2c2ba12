"""PSNR on RGB."""

import numpy as np
from numpy.typing import ArrayLike

from ppcn.metrics.pair import decibels, pair


def psnr(output: ArrayLike, target: ArrayLike) -> float:
    """Peak signal-to-noise ratio in dB, 0 to 100, over all pixels and channels of two HxWx3 pictures in [0, 1].

    The squared error is at least 1e-10. Raises ValueError where the shapes differ.
    """
    a, b = pair(output, target)
    return decibels(float(np.mean((a - b) ** 2)))
