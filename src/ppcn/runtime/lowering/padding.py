"""Rows and columns that a graph puts around a map: followed through Pad, Slice and Concat to see what they come to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Axis:
    """The rows, or the columns, of a map with a border, by their numbers in the map; negative ones count from its end.

    ``whole``: all of the map's own lie between ``before`` and ``after``; else there are just those before.
    """

    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    whole: bool = True

    def with_edge(self, before: int, after: int) -> "Axis":
        """Return the axis with the outermost repeated, as ``Pad`` does in the mode "edge"."""
        first, last = (*self.before, 0)[0], (-1, *self.after)[-1]
        return replace(self, before=(first,) * before + self.before, after=self.after + (last,) * after)

    def pick(self, index: int) -> "Axis":
        """Return a single one; of a map that is too small for it, the nearest there is."""
        if index >= 0:
            number = self.before[index] if index < len(self.before) else index - len(self.before)
        else:
            number = self.after[index] if -index <= len(self.after) else index + len(self.after)
        return Axis((number,), (), whole=False)

    @property
    def mirrored(self) -> int | None:
        """How many there are on both sides if they mirror the map (1 0 | 0 1 ...); None if they do not."""
        reach = len(self.before)
        mirror = tuple(range(reach))
        same = self.whole and self.before == mirror[::-1] and self.after == tuple(-1 - number for number in mirror)
        return reach if same else None


def join(axes: Sequence[Axis]) -> Axis:
    """Return axes one behind the other; raises ValueError unless one of them is whole."""
    (middle,) = [number for number, axis in enumerate(axes) if axis.whole]
    before = [number for axis in axes[:middle] for number in axis.before]
    after = [number for axis in axes[middle + 1 :] for number in axis.before]
    return replace(axes[middle], before=(*before, *axes[middle].before), after=(*axes[middle].after, *after))


@dataclass(frozen=True)
class Framed:
    """A map, by name, with rows and columns around it, or a piece of that."""

    name: str
    axes: dict[int, Axis] = field(default_factory=lambda: {2: Axis(), 3: Axis()})

    def changed(self, axis: int, to: Axis) -> "Framed":
        """Return it with another axis: 2 are the rows, 3 the columns."""
        return replace(self, axes=self.axes | {axis: to})
