"""Pictures that are read in rows."""

import numpy as np
import pytest

import ppcn
from ppcn.runtime.rows import ArrayRows, MirroredRows


@pytest.mark.parametrize(("height", "width"), [(40, 30), (3, 50), (1, 1)])
def test_a_mirrored_border_is_that_of_numpy(height: int, width: int):
    image = np.random.default_rng(0).random((height, width, 3), np.float32)
    whole = np.pad(image, ((16, 16), (16, 16), (0, 0)), "symmetric").transpose(2, 0, 1)[None]
    rows = MirroredRows(ArrayRows(image), 16)
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
