"""SSIM on Y, as papers on super-resolution state it."""

from numpy.typing import ArrayLike

from ppcn.metrics.luma import luma
from ppcn.metrics.pair import pair
from ppcn.metrics.similarity import similarity


def ssim_y(output: ArrayLike, target: ArrayLike) -> float:
    """Structural similarity, -1 to 1, of the Y (BT.601) of two HxWx3 pictures in [0, 1], any size from 1x1.

    On the 0..255 scale, with the Gaussian window of 11 and sigma 1.5 and valid windows only (Wang, Bovik, Sheikh and
    Simoncelli 2004). Rounding and shaving are the caller's. Raises ValueError where the shapes differ.
    """
    a, b = (255 * luma(picture) for picture in pair(output, target))
    return similarity(a, b)[0]
