"""Statistics of a whole photo, gathered from its strips in float64."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ppcn.arrays import Maps, Planes

_CHUNK = 1 << 14  # values that are summed at a time: they stay in the cache


@dataclass(frozen=True)
class Sums:
    """The sums of one strip, channel by channel: the number of values, their sum and the sum of their squares.

    In float64 the plain sums of a 200-megapixel photo keep ten digits: no compensation is needed.
    """

    count: int
    sum: NDArray[np.float64]
    squares: NDArray[np.float64]


def sums(strip: Planes) -> Sums:
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


# What a stage may ask for: the functions whose results the next stage takes, one input each.
STATISTICS: dict[str, tuple[Callable[[Sums], NDArray[np.float64]], ...]] = {
    "mean": (mean,),
    "moments": (mean, variance),
}


def statistic(name: str, gathered: Sums) -> Maps:
    """Return a statistic as the next stage takes it: arrays of float32, each 1xCx1x1."""
    return [function(gathered).astype(np.float32).reshape(1, -1, 1, 1) for function in STATISTICS[name]]


def _exact_sum(vectors: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.array([math.fsum(values) for values in zip(*vectors, strict=True)])
