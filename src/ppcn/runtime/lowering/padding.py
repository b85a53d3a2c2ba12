"""Padding that a graph builds from Pad, Slice and Concat: which rows and columns of the map each of them repeats."""

from collections.abc import Sequence
from typing import NamedTuple


class Axis(NamedTuple):
    """The rows, or the columns, of a padded map, as numbers of the map's own; negative ones count from its end.

    ``whole``: the map's own rows lie between ``before`` and ``after``; else there are just the rows of ``before``.
    """

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    whole: bool = True

    def with_edge(self, before: int, after: int) -> "Axis":
        """Return the axis with its first and last row repeated, as ``Pad`` does in the mode "edge"."""
        first, last = (*self.before, 0)[0], (-1, *self.after)[-1]
        return Axis((first,) * before + self.before, self.after + (last,) * after, self.whole)

    def pick(self, index: int) -> "Axis":
        """Return a single row; of a map that is too small for it, the nearest one."""
        if index >= 0:
            number = self.before[index] if index < len(self.before) else index - len(self.before)
        else:
            number = self.after[index] if -index <= len(self.after) else index + len(self.after)
        return Axis((number,), (), whole=False)

    @property
    def mirrored(self) -> int | None:
        """By how many rows the padding mirrors the map on both sides (1 0 | 0 1 ...); None if it does not."""
        reach = len(self.before)
        mirror = tuple(range(reach))
        same = self.whole and self.before == mirror[::-1] and self.after == tuple(-1 - number for number in mirror)
        return reach if same else None


def join(axes: Sequence[Axis]) -> Axis:
    """Return axes one behind the other; raises ValueError unless exactly one of them is whole."""
    (middle,) = [number for number, axis in enumerate(axes) if axis.whole]
    before = [number for axis in axes[:middle] for number in axis.before]
    after = [number for axis in axes[middle + 1 :] for number in axis.before]
    return Axis((*before, *axes[middle].before), (*axes[middle].after, *after))


class Padded(NamedTuple):
    """A map, by name, with padding around it, or a part of a padded map. Axis 2 are the rows, 3 the columns."""

    name: str
    axes: dict[int, Axis]

    def with_axis(self, number: int, axis: Axis) -> "Padded":
        """Return it with another axis."""
        return Padded(self.name, self.axes | {number: axis})
