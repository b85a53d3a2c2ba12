"""Memory for maps: what is given back is used again, and no more is held than was needed at once."""

import weakref

import numpy as np
import pytest

from ppcn.runtime.engine import buffer_pool
from ppcn.runtime.engine.buffer_pool import Buffers


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is spare from tests before."""
    monkeypatch.setattr(buffer_pool, "_pool", [])


def held() -> int:
    """Floats that are spare."""
    return sum(block.floats.size for block in buffer_pool._pool)


def test_what_one_photo_gave_back_the_next_one_takes():
    places = []
    for _ in range(3):
        with Buffers() as maps:
            first, second = maps.take((1, 8, 30, 40)), maps.take((1, 16, 30, 40))
            first[:], second[:] = 1, 2
            places.append({first.ctypes.data, second.ctypes.data})
            assert first.max() == 1
    assert places[0] == places[1] == places[2]


def test_arrays_begin_where_lines_of_the_cache_do():
    with Buffers() as maps:
        assert not any(maps.take((count,)).ctypes.data % 64 for count in (1, 7, 4097))


def test_of_the_spare_arrays_the_smallest_that_fits_is_taken():
    with Buffers() as maps:
        large, small = maps.take((150,)), maps.take((100,))
        places = small.ctypes.data, large.ctypes.data
    with Buffers() as maps:
        assert (maps.take((90,)).ctypes.data, maps.take((90,)).ctypes.data) == places


def test_new_memory_takes_the_place_of_spare_memory():
    with Buffers() as maps:
        for _ in range(4):
            maps.take((1000,))
    with Buffers() as maps:
        maps.take((2500,))  # for which none of the four is large enough
        assert held() == 1000
        maps.take((100,))  # which would waste one of them
        assert held() == 0
    assert held() == 2600


def test_spare_memory_is_gone_when_new_memory_takes_its_place():
    with Buffers() as maps:
        maps.take((1000,))
        maps.keep_only([])
        spare = weakref.ref(buffer_pool._pool[0])
        maps.take((2500,))
        assert spare() is None


def test_what_is_still_used_is_kept():
    with Buffers() as maps:
        kept, gone = maps.take((50,)), maps.take((50,))
        kept[:] = 3
        maps.keep_only([kept])
        again = maps.take((50,))
        again[:] = 4
        assert again.ctypes.data == gone.ctypes.data
        assert np.all(kept == 3)
    assert held() == 100


def test_the_system_is_told_between_photos_only(monkeypatch: pytest.MonkeyPatch):
    told = []
    monkeypatch.setattr(buffer_pool, "_advise", lambda memory, advice: told.append((len(memory), advice)))
    free = "MADV_FREE"
    with Buffers() as outer:
        kept, gone = outer.take((300,)), outer.take((200,))
        kept[:] = 3
        outer.keep_only([kept])
        with Buffers() as inner:
            assert inner.take((200,)).ctypes.data == gone.ctypes.data
            outer.keep_only([])
            taken = inner.take((300,))
            taken[:] = 4
        assert sorted(each for each in told if each[1] == free) == [(800, free), (1200, free)]
        again = outer.take((300,))  # what is in use is not spoken of
        told.clear()
    assert (again.nbytes, free) in told
    assert held() == 500
