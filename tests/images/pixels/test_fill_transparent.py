import numpy as np
import pytest
from builders import photo

from ppcn.images.photo import Photo
from ppcn.images.pixels.fill_transparent import RADIUS, fill_transparent


def cut_out(kind: str = "uint8", width: int = 30) -> Photo:
    """Return a red rectangle, half of it seen through, on black that cannot be seen."""
    peak = np.iinfo(kind).max if kind != "float64" else 1
    pixels = np.zeros((20, width, 4), kind)
    pixels[5:12, 6:10] = np.array([peak, 0, 0, peak])
    pixels[5:12, 8:10, 3] = peak // 2 if kind != "float64" else 0.5
    return Photo(pixels, alpha=True)


@pytest.mark.parametrize("kind", ["uint8", "uint16", "float64"])
def test_hidden_colours_near_a_cut_out_become_its_own(kind: str):
    original = cut_out(kind)
    pixels, red = fill_transparent(original).pixels, original.pixels[8, 7, :3]
    assert pixels.dtype == original.pixels.dtype
    assert np.array_equal(pixels[..., 3], original.pixels[..., 3])
    np.testing.assert_allclose(pixels[0:20, 0 : 10 + RADIUS, :3], np.broadcast_to(red, (20, 10 + RADIUS, 3)), rtol=1e-6)
    assert not pixels[:, 10 + RADIUS :, :3].any()


def test_the_nearest_ones_are_mixed():
    pixels = np.zeros((1, 5, 2), np.uint8)
    pixels[0, 0], pixels[0, 4] = (100, 255), (200, 255)
    assert fill_transparent(Photo(pixels, "grey", alpha=True)).pixels[0, :, 0].tolist() == [100, 100, 150, 200, 200]


@pytest.mark.parametrize("space", ["grey", "rgb", "cmyk"])
@pytest.mark.parametrize("deep", [False, True])
def test_what_can_be_seen_stays(space, deep):
    original = photo(12, 9, space, alpha=True, deep=deep)
    original.pixels[::3, ::2, -1] = 0
    seen = original.pixels[..., -1] > 0
    assert np.array_equal(fill_transparent(original).pixels[seen], original.pixels[seen])


@pytest.mark.parametrize("alpha", [0, 255])
def test_wholly_hidden_or_wholly_seen(alpha: int):
    original = photo(5, 4, alpha=True)
    original.pixels[..., -1] = alpha
    assert np.array_equal(fill_transparent(original).pixels, original.pixels)
