"""Statistics of a whole photo, gathered from its strips in float64."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_CHUNK = 1 << 14  # values that are summed at a time: they stay in the cache


@dataclass(frozen=True)
class Sums:
    """What the statistics need to know of one strip: how many values a channel has, their sum and sum of squares.

    In float64 the plain sums of a 200-megapixel photo keep ten digits: no compensation is needed.
    """

    count: int
    sum: NDArray[np.float64]
    squares: NDArray[np.float64]


def sums(strip: NDArray[np.float32]) -> Sums:
    """Return the sums of a strip, 1xCxHxW."""
    found = Sums(strip[0, 0].size, np.zeros(strip.shape[1]), np.zeros(strip.shape[1]))
    for channel, plane in enumerate(strip[0]):
        values = plane.ravel()
        for start in range(0, values.size, _CHUNK):
            exact = values[start : start + _CHUNK].astype(np.float64)
            found.sum[channel] += exact.sum()
            found.squares[channel] += np.einsum("i,i->", exact, exact)  # BLAS would wake its threads for each
    return found


def total(strips: Sequence[Sums]) -> Sums:
    """Return the sums of all strips, rounded once: the order of the strips does not matter."""
    return Sums(
        sum(strip.count for strip in strips),
        _exact_sum([strip.sum for strip in strips]),
        _exact_sum([strip.squares for strip in strips]),
    )


def mean(sums: Sums) -> NDArray[np.float64]:
    """Return the mean of each channel."""
    return sums.sum / sums.count


def variance(sums: Sums) -> NDArray[np.float64]:
    """Return the biased variance of each channel, never below 0."""
    return np.maximum(sums.squares / sums.count - mean(sums) ** 2, 0)


def _exact_sum(vectors: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.array([math.fsum(values) for values in zip(*vectors, strict=True)])
