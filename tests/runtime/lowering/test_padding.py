"""Borders as operations see them, against the same operations on a row of numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppcn.runtime.lowering.padding import Axis, join

ROW = np.arange(10, 17)


def shown(axis: Axis, row: np.ndarray = ROW) -> list[int]:
    """Return what an axis stands for, for a map with these values in its rows."""
    return [*row[list(axis.before)], *(row if axis.whole else []), *row[list(axis.after)]]


edges = st.tuples(st.integers(0, 3), st.integers(0, 3))


@given(edges, edges)
def test_edges_are_those_of_numpy(first: tuple[int, int], second: tuple[int, int]):
    axis = Axis().with_edge(*first).with_edge(*second)
    assert shown(axis) == np.pad(np.pad(ROW, first, "edge"), second, "edge").tolist()


@given(edges, st.data())
def test_picking_is_indexing(edge: tuple[int, int], data: st.DataObject):
    """Of a border, or of the map itself, counted from the border's side."""
    axis, padded = Axis().with_edge(*edge), np.pad(ROW, edge, "edge")
    index = data.draw(st.integers(-edge[1] - len(ROW), edge[0] + len(ROW) - 1))
    assert shown(axis.pick(index)) == [padded[index]]


def test_a_mirror_is_known():
    padded = Axis().with_edge(1, 1)
    mirror = join([padded.pick(2), padded, padded.pick(-3)])
    assert shown(mirror) == np.pad(ROW, 2, "symmetric").tolist()
    assert mirror.mirrored == 2
    assert padded.mirrored == 1
    assert Axis().mirrored == 0
    for other in (Axis().with_edge(2, 2), Axis().with_edge(1, 0), join([padded.pick(1), padded, padded.pick(-3)])):
        assert other.mirrored is None
    assert padded.pick(0).mirrored is None


def test_only_what_has_one_map_can_be_joined():
    with pytest.raises(ValueError, match="unpack"):
        join([Axis(), Axis()])
