"""Statistics of a whole photo, gathered from its strips in float64."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ppcn.arrays import Maps, Planes

CELLS = 64  # of a thumbnail, along each side
_CHUNK = 1 << 14  # values that are summed at a time: they stay in the cache


@dataclass(frozen=True)
class Sums:
    """The sums of one strip, channel by channel: the number of values, their sum and the sum of their squares.

    In float64 the plain sums of a 200-megapixel photo keep ten digits: no compensation is needed.
    """

    count: int
    sum: NDArray[np.float64]
    squares: NDArray[np.float64]


@dataclass(frozen=True)
class CellSums:
    """The sums of one strip over the cells of a thumbnail, Cx64x64, and how many pixels a cell has.

    A pixel counts in each cell with the share of it that lies there.
    """

    sum: NDArray[np.float64]
    area: float


Counted = Sums | CellSums


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


def cell_sums(strip: Planes, top: int, height: int) -> CellSums:
    """Return the sums over cells of a strip, 1xCxHxW, which begins at row ``top`` of a photo ``height`` rows high."""
    rows, width = strip.shape[2:]
    found = _shares(height)[:, top : top + rows] @ strip[0].astype(np.float64) @ _shares(width).T
    return CellSums(found, height * width / CELLS**2)


def _shares(size: int) -> NDArray[np.float64]:
    """Return which share of each of ``size`` pixels lies in each cell, 64x(size)."""
    edges, pixels = np.arange(CELLS + 1)[:, None] * (size / CELLS), np.arange(size)
    return np.clip(np.minimum(edges[1:], pixels + 1) - np.maximum(edges[:-1], pixels), 0, None)


def total(strips: Sequence[Any]) -> Any:
    """Return the sums of all strips, rounded once: the order of the strips does not matter."""
    if isinstance(strips[0], CellSums):  # two strips at most meet in a cell that is higher than a row
        return CellSums(np.sum([strip.sum for strip in strips], axis=0), strips[0].area)
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


def cell_means(sums: CellSums) -> NDArray[np.float64]:
    """Return the mean of each cell."""
    return sums.sum / sums.area


class Statistic(NamedTuple):
    """What a stage may ask for: the functions whose results the next stage takes, of sums over channels or cells."""

    functions: tuple[Callable[[Any], NDArray[np.float64]], ...]
    by_cells: bool = False


STATISTICS = {
    "mean": Statistic((mean,)),
    "moments": Statistic((mean, variance)),
    "thumbnail": Statistic((cell_means,), by_cells=True),
}


def statistic(name: str, gathered: Counted) -> Maps:
    """Return a statistic as the next stage takes it: arrays of float32, each 1xCx1x1, or 1xCx64x64."""
    found = [function(gathered).astype(np.float32) for function in STATISTICS[name].functions]
    return [values.reshape(1, len(values), *(values.shape[1:] or (1, 1))) for values in found]


def _exact_sum(vectors: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.array([math.fsum(values) for values in zip(*vectors, strict=True)])
