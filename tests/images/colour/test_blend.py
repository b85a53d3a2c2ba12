from dataclasses import replace

import numpy as np
import pytest
from builders import builtin_profile, photo
from hypothesis import given, settings
from hypothesis import strategies as st

from ppcn.images.colour.blend import blend_rows
from ppcn.images.colour.srgb import srgb_rows, to_srgb
from ppcn.images.photo import Photo, Space
from ppcn.images.read import read
from ppcn.images.write import encode

PROFILES = {
    "grey": [None],
    "rgb": [None, builtin_profile("srgb"), builtin_profile("p3")],
    "cmyk": [None, builtin_profile("cmyk")],
}


SPACES: tuple[Space, ...] = ("grey", "rgb", "cmyk")


def blend(original: Photo, enhanced: np.ndarray, strength: float = 1.0) -> Photo:
    """Return the photo with the change blended in, a few rows at a time."""
    pixels = [
        blend_rows(original, slice(top, top + 2), enhanced[top : top + 2], strength)
        for top in range(0, original.height, 2)
    ]
    return replace(original, pixels=np.concatenate(pixels))


@st.composite
def photos(draw: st.DrawFn) -> Photo:
    space: Space = draw(st.sampled_from(SPACES))
    height, width = draw(st.integers(1, 9)), draw(st.integers(1, 9))
    return photo(
        height,
        width,
        space,
        alpha=draw(st.booleans()),
        deep=draw(st.booleans()),
        icc=draw(st.sampled_from(PROFILES[space])),
    )


@settings(max_examples=60)
@given(photos(), st.sampled_from(["png", "tiff"]), st.floats(0, 1))
def test_no_change_gives_back_the_same_pixels(original: Photo, kind: str, strength: float):
    if original.space == "cmyk":
        kind = "tiff"
    stored = read(encode(original, kind))
    assert np.array_equal(stored.pixels, original.pixels)
    anything = np.random.default_rng(1).random((original.height, original.width, 3), np.float32)
    untouched = blend(stored, anything, 0.0)
    unchanged = blend(stored, to_srgb(stored), strength)
    results = (untouched,) if original.space == "cmyk" else (untouched, unchanged)  # inks are mixed anew
    for result in results:
        again = read(encode(result, kind))
        assert again.pixels.dtype == original.pixels.dtype
        assert np.array_equal(again.pixels, original.pixels)
        assert (again.space, again.alpha, again.icc) == (original.space, original.alpha, original.icc)


@settings(max_examples=40)
@given(photos(), st.data(), st.sampled_from([0.3, 1.0]))
def test_rows_are_converted_and_blended_alike_alone_and_together(original: Photo, data: st.DataObject, strength: float):
    top = data.draw(st.integers(0, original.height - 1))
    rows = slice(top, data.draw(st.integers(top + 1, original.height)))
    enhanced = np.random.default_rng(1).random((original.height, original.width, 3), np.float32)
    whole = blend_rows(original, slice(None), enhanced, strength)
    assert np.array_equal(blend_rows(original, rows, enhanced[rows], strength), whole[rows])
    assert np.array_equal(srgb_rows(original, rows), srgb_rows(original, slice(None))[rows])


@pytest.mark.parametrize("deep", [False, True])
def test_plain_rgb_becomes_the_enhanced_picture(deep: bool):
    original = photo(300, 5, alpha=True, deep=deep)
    wanted = photo(300, 5, deep=deep).pixels[::-1]
    enhanced = (wanted / np.float64(original.peak)).astype(np.float32)
    result = blend(original, enhanced)
    assert np.array_equal(result.colours, wanted)
    assert np.array_equal(result.pixels[:, :, 3], original.pixels[:, :, 3])
    half = blend(original, enhanced, 0.5).colours.astype(float)
    assert np.abs(half - (wanted.astype(float) + original.colours) / 2).max() <= 0.51


@pytest.mark.parametrize("space", SPACES)
def test_other_spaces_come_near_the_enhanced_picture(space: Space):
    icc = builtin_profile("p3") if space == "rgb" else None
    flat = np.full((2, 2, {"grey": 1, "rgb": 3, "cmyk": 4}[space]), 25000, np.uint16)
    if space == "cmyk":
        flat[:, :, 3] = 0
    original = Photo(flat, space, icc=icc)
    seen = to_srgb(original)
    enhanced = np.clip(seen + np.float32(0.05), 0, 1)
    assert np.abs(to_srgb(blend(original, enhanced)) - enhanced).max() < 0.03


def test_colours_outside_of_srgb_survive():
    green = np.zeros((1, 1, 3), np.uint16)
    green[..., 1] = 60000
    original = Photo(green, icc=builtin_profile("p3"))
    darker = blend(original, to_srgb(original) * np.float32(0.9))
    assert darker.pixels[0, 0, 1] < 60000
    assert darker.pixels[0, 0, 0] <= 200  # the red that sRGB's nearest green has did not come in


def test_a_change_of_another_size_is_refused():
    with pytest.raises(ValueError, match="cannot take a change"):
        blend_rows(photo(2, 3), slice(0, 2), np.zeros((3, 2, 3), np.float32))
