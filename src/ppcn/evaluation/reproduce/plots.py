"""Plots of a table's rows: quality against time or size, as figures that the page draws."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from math import ceil, floor, log10
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ppcn.evaluation.reproduce.tables import Column, Row

WIDTH, HEIGHT = 640, 360
LEFT, RIGHT, TOP, BOTTOM = 52, 24, 16, 44  # around the plot, in pixels
LETTER, LINE = 6.6, 13  # about the size of a letter


class Point(NamedTuple):
    """A row of the table: its name, both its values, and whether it is a network of ours."""

    label: str
    x: float
    y: float
    ours: bool


class Mark(NamedTuple):
    """A point as drawn, with its label beside it (``anchor`` start or end)."""

    point: Point
    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str


class Tick(NamedTuple):
    """A line of the grid: where it is, and what it stands for."""

    at: float
    text: str


@dataclass(frozen=True)
class Plot:
    """Points over a logarithmic x and a linear y."""

    x_title: str
    y_title: str
    points: Sequence[Point]

    width, height = WIDTH, HEIGHT
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM

    @cached_property
    def _x_range(self) -> tuple[float, float]:
        values = [log10(point.x) for point in self.points]
        return min(values) - 0.15, max(values) + 0.15

    @cached_property
    def _y_range(self) -> tuple[int, int]:
        values = [point.y for point in self.points]
        return floor(min(values) - 0.1), ceil(max(values) + 0.1)

    @property
    def x_ticks(self) -> Iterator[Tick]:
        """The grid's upright lines, at 1, 2 and 5 times powers of ten."""
        low, high = self._x_range
        for power in range(floor(low), ceil(high) + 1):
            for factor in (1, 2, 5):
                value = factor * 10**power
                if low <= log10(value) <= high:
                    yield Tick(self._x(value), f"{value:,g}" if value < 1e6 else f"{value / 1e6:g} M")

    @property
    def y_ticks(self) -> Iterator[Tick]:
        """The grid's level lines, one a unit."""
        low, high = self._y_range
        return (Tick(self._y(value), str(value)) for value in range(low, high + 1, max(1, (high - low) // 6)))

    @cached_property
    def marks(self) -> list[Mark]:
        """The points with their labels, which are moved up or down until they lie over no other."""
        taken: list[tuple[float, float, float]] = []  # left, right, baseline
        marks = []
        for point in sorted(self.points, key=lambda point: -point.y):
            x, y = self._x(point.x), self._y(point.y)
            reach = LETTER * len(point.label)
            to_left = x + 10 + reach > WIDTH
            left = x - 10 - reach if to_left else x + 10
            shifts = chain.from_iterable((LINE * step, -LINE * step) for step in range(9))
            shift = next(s for s in shifts if not _covered(left, left + reach, y + 4 + s, taken))
            taken.append((left, left + reach, y + 4 + shift))
            marks.append(Mark(point, x, y, x - 10 if to_left else x + 10, y + 4 + shift, "end" if to_left else "start"))
        return marks

    def _x(self, value: float) -> float:
        low, high = self._x_range
        return LEFT + (self.right - LEFT) * (log10(value) - low) / (high - low)

    def _y(self, value: float) -> float:
        low, high = self._y_range
        return self.bottom - (self.bottom - TOP) * (value - low) / (high - low)


def _covered(left: float, right: float, baseline: float, taken: Sequence[tuple[float, float, float]]) -> bool:
    return any(left < end and start < right and abs(baseline - line) < LINE for start, end, line in taken)


def make_plots(rows: "Sequence[Row]", columns: "Sequence[Column]", y_title: str, xs: Sequence[str]) -> list[Plot]:
    """Return a plot of column ``y_title`` against each of ``xs`` (whole titles), of the rows that have both figures."""
    titles = [column.title for column in columns]
    plots = []
    for x_title in xs:
        i, j = titles.index(x_title), titles.index(y_title)
        figures = [(row, row.cells[i].ours, row.cells[j].ours) for row in rows]
        points = [Point(row.label, x, y, row.section == "Ours") for row, x, y in figures if x and y]
        if points:
            plots.append(Plot(columns[i].metric.title, y_title, points))
    return plots
