"""HEIF pictures made of others: libheif takes hours for some of a few kilobytes."""

import time
from contextlib import suppress

import pytest
from builders import saved
from heif_file import CODED, SIDE, doubling, fan

from ppcn.errors import InputError
from ppcn.images.formats.heif_items import items_of
from ppcn.images.formats.heif_parts import check_parts
from ppcn.images.read import read
from ppcn.images.unreadable import Unreadable

FAR_MORE = "is put together from far more pixels than it shows"


def test_pictures_of_pictures_are_read():
    """Eight in three levels, and 200 in one."""
    assert read(doubling(3)).pixels.shape == (SIDE, SIDE, 3)
    assert read(fan(200)).pixels.shape == (SIDE, SIDE, 3)
    assert check_parts(items_of(fan(200))) == 201 * SIDE * SIDE
    assert len(CODED) < len(fan(1)) < 1000


@pytest.mark.parametrize(
    "data",
    [
        doubling(20),  # a million decoded pictures
        doubling(100),  # which libheif would not even open
        doubling(40, primary=90),  # which belong to no picture that is wanted
        fan(100, declared=8192),
    ],
)
def test_a_small_file_of_very_many_pixels_is_refused_at_once(data: bytes):
    start = time.perf_counter()
    with pytest.raises(InputError, match=FAR_MORE):
        read(data)
    assert time.perf_counter() - start < 5


def test_pictures_that_refer_in_a_circle_are_refused():
    circle = doubling(2).replace(b"\0\x0a\0\x02\0\x0c\0\x0d", b"\0\x0a\0\x02\0\x01\0\x0d")
    assert circle != doubling(2)
    with pytest.raises(InputError, match=f"{FAR_MORE}|is damaged"):
        read(circle)


def test_damaged_references_raise_nothing_else():
    data = doubling(2)
    for cut in range(len(data) - 400, len(data)):
        check_parts(items_of(data[:cut]))
    for name in (b"iref", b"iprp", b"pitm", b"ipma", b"ispe", b"dimg"):
        place = data.index(name) - 4
        for size in (0, 1, 8, 9, 10, 12, 1 << 31):
            with suppress(Unreadable):
                check_parts(items_of(data[:place] + size.to_bytes(4, "big") + data[place + 4 :]))


def test_avif_is_checked_as_well():
    data = doubling(20).replace(b"heic", b"avif").replace(b"hvc1", b"av01")
    with pytest.raises(InputError, match=FAR_MORE):
        read(data)
    assert read(saved(read(doubling(1)).pixels, "AVIF")).format == "avif"
