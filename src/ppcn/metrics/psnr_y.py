"""PSNR on Y, as papers on super-resolution state it."""

from numpy.typing import ArrayLike

from ppcn.metrics.luma import luma
from ppcn.metrics.pair import decibels, pair


def psnr_y(output: ArrayLike, target: ArrayLike) -> float:
    """Peak signal-to-noise ratio in dB, 0 to 100, of the Y (BT.601) of two HxWx3 pictures in [0, 1].

    The peak is 1 (255 of 255), although Y ends at 235. Rounding and shaving are the caller's. Raises ValueError where
    the shapes differ.
    """
    return decibels(*(luma(picture) for picture in pair(output, target)))
