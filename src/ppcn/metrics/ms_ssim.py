"""MS-SSIM on RGB, as the paper's released evaluation computes it."""

import numpy as np
from numpy.typing import ArrayLike

from ppcn.metrics.pair import pair
from ppcn.metrics.similarity import Array, similarity

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


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
        ssim, contrast_structure = similarity(a, b)
        term = ssim if level == len(WEIGHTS) - 1 else contrast_structure
        score *= max(term, 0.0) ** weight
    return score


def _halve(x: Array) -> Array:
    """Return the mean of pixels 2i and 2i + 1 along both sides; an odd end is mirrored, so its last pixel stays."""
    x = np.pad(x, ((0, x.shape[0] % 2), (0, x.shape[1] % 2), (0, 0)), mode="symmetric")
    return (x[0::2, 0::2] + x[1::2, 0::2] + x[0::2, 1::2] + x[1::2, 1::2]) / 4
