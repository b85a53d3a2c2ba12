import numpy as np
import pytest

from ppcn.data import photographs
from ppcn.errors import DataError


def test_held_back_photographs_are_no_targets():
    assert len(photographs.HELD_OUT) == len(set(photographs.HELD_OUT)) == 12
    assert len(photographs.TARGETS) == len(set(photographs.TARGETS)) > 50
    assert not set(photographs.HELD_OUT) & set(photographs.TARGETS)


def test_all_listed_photographs_are_well_exposed(shared):
    names = photographs.TARGETS + photographs.HELD_OUT
    for path in photographs.find(shared / "data" / "photos", names)[::5]:
        assert photographs.well_exposed(photographs.reduced(photographs.read(path), 226)), path.name


@pytest.mark.parametrize("value", [0.1, 0.95])
def test_dark_and_white_photos_are_no_targets(value):
    assert not photographs.well_exposed(np.full((8, 8, 3), value, np.float32))


def test_missing_photographs_are_named(tmp_path):
    with pytest.raises(DataError, match=r"lacks a.jpg and 1 more: give .* --set data=FOLDER"):
        photographs.find(tmp_path, ["a.jpg", "b.jpg"])


def test_what_is_no_photograph_is_named(tmp_path):
    (tmp_path / "a.jpg").write_text("text")
    with pytest.raises(DataError, match=r"a.jpg cannot be read"):
        photographs.read(tmp_path / "a.jpg")


def test_held_out_pairs_are_always_the_same(photos):
    first, again = (list(photographs.held_out_pairs(photos, 32, draws=2)) for _ in range(2))
    assert [name for name, _, _ in first] == [name for name in photographs.HELD_OUT for _ in range(2)]
    assert all((a[1] == b[1]).all() and (a[2] == b[2]).all() for a, b in zip(first, again, strict=True))
    assert not (first[0][1] == first[1][1]).all()
