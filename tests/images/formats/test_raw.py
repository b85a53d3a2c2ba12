"""Cameras' raw files, of which a DNG can be made by code."""

import numpy as np
import pytest
from builders import quarters
from dng import DATE, dng

from ppcn.errors import InputError
from ppcn.images.formats import raw
from ppcn.images.read import read


@pytest.fixture(scope="module")
def picture():
    return quarters(96, 128).astype(np.float64) / 255


def inner(pixels):
    """Return the middle of each quarter, away from edges, where demosaicing has to guess."""
    height, width = pixels.shape[:2]
    return [pixels[height // 4 + y, width // 4 + x] for y in (0, height // 2) for x in (0, width // 2)]


def test_a_raw_file_is_developed_neutrally(picture):
    photo = read(dng(picture))
    assert (photo.format, photo.pixels.dtype, photo.pixels.shape) == ("raw", np.uint16, (96, 128, 3))
    for found, wanted in zip(inner(photo.pixels / 65535), inner(picture), strict=True):
        np.testing.assert_allclose(found, wanted, atol=0.02)
    assert photo.exif is not None
    assert b"Model 7" in photo.exif
    assert DATE.encode() in photo.exif


def test_a_raw_file_is_turned_upright(picture):
    photo = read(dng(picture, orientation=6))
    assert photo.pixels.shape == (128, 96, 3)
    np.testing.assert_allclose(photo.pixels[20, 70] / 65535, picture[10, 10], atol=0.02)  # the corner went right


def test_a_damaged_raw_file_is_refused(picture):
    with pytest.raises(InputError, match=r"damaged|does not know"):
        read(dng(picture)[:3000])


def test_more_pixels_than_allowed_are_refused(picture):
    with pytest.raises(InputError, match="above the limit"):
        read(dng(picture), max_megapixels=0.001)


def test_without_the_library_one_sentence_names_it(picture, monkeypatch):
    monkeypatch.setattr("ppcn.images.formats.format.find_spec", lambda _: None)
    assert "pip install 'ppcn[raw]'" in raw.FORMAT.missing
    for data in (dng(picture), b"II*\0\x10\0\0\0CR" + bytes(100)):
        with pytest.raises(InputError, match=r"cannot be read: rawpy is needed: install it with pip"):
            read(data)
