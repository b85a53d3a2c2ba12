"""Pictures that are read in rows."""

import numpy as np
import pytest

import ppcn
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.photo import Photo
from ppcn.runtime.engine.row_sources import SrgbRows


@pytest.mark.parametrize(("height", "width"), [(40, 30), (3, 50), (1, 1)])
def test_a_photo_is_mirrored_around(height: int, width: int):
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    whole = to_srgb(Photo(np.pad(pixels, ((16, 16), (16, 16), (0, 0)), "symmetric"))).transpose(2, 0, 1)[None]
    rows = SrgbRows(Photo(pixels), border=16)
    assert (rows.height, rows.width) == whole.shape[2:]
    for top in range(0, rows.height, 7):
        (found,) = rows.read(top, min(top + 7, rows.height))
        assert np.array_equal(found, whole[:, :, top : top + 7])


@pytest.mark.parametrize("model", ["student.open", "teacher.open"])
def test_edges_of_a_photo_are_enhanced_as_its_middle_is(model: str):
    """The networks' own padding is black, which shows: without the border this is 10 of 255 and more."""
    grey = np.full((70, 90, 3), (120, 140, 180), np.uint8)
    result = ppcn.enhance(grey, model=model).astype(int)
    assert np.ptp(result, axis=(0, 1)).max() <= 1
    assert np.abs(result - grey).max() > 5
