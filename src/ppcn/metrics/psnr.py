"""PSNR on RGB."""

from numpy.typing import ArrayLike

from ppcn.metrics.pair import decibels, pair


def psnr(output: ArrayLike, target: ArrayLike) -> float:
    """PSNR in dB, 0 to 100, of two HxWx3 pictures in [0, 1]; raises ValueError where the shapes differ."""
    return decibels(*pair(output, target))
