"""BMP, PNM and JPEG 2000, which Pillow reads."""

import io

import numpy as np
import pytest
from builders import builtin_profile, quarters
from PIL import Image

from ppcn.errors import InputError
from ppcn.images.read import read

GREY = np.arange(48, dtype=np.uint8).reshape(6, 8) * 5


def saved(picture: Image.Image, format: str, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, format, **options)
    return file.getvalue()


@pytest.mark.parametrize(("format", "name"), [("BMP", "bmp"), ("PPM", "pnm"), ("JPEG2000", "jpeg2000")])
def test_pixels_are_those_that_were_written(format, name):
    for pixels in (quarters(), GREY):
        photo = read(saved(Image.fromarray(pixels), format))
        assert photo.format == name
        assert photo.space == ("grey" if pixels.ndim == 2 else "rgb")
        np.testing.assert_array_equal(photo.pixels.squeeze(), pixels)


def test_single_bits_and_palettes():
    bits = (GREY > 100) * np.uint8(255)
    for format in ("BMP", "PPM"):
        np.testing.assert_array_equal(read(saved(Image.fromarray(bits).convert("1"), format)).pixels[:, :, 0], bits)
    palette = Image.fromarray(quarters()).quantize(8)
    np.testing.assert_array_equal(read(saved(palette, "BMP")).pixels, np.asarray(palette.convert("RGB")))


def test_grey_keeps_16_bits_and_of_colours_they_are_named_as_lost():
    deep = GREY.astype(np.uint16) * 257
    for format in ("PPM", "JPEG2000"):
        photo = read(saved(Image.fromarray(deep), format))
        assert photo.lost == ()
        np.testing.assert_array_equal(photo.pixels[:, :, 0], deep)
    colours = b"P6 2 1 65535\n" + bytes(range(12))
    assert read(colours).lost == ("bits beyond 8 a channel",)


def test_alpha_and_profile_of_jpeg_2000():
    pixels = np.dstack([quarters(), quarters()[:, :, 0]])
    photo = read(saved(Image.fromarray(pixels), "JPEG2000", icc_profile=builtin_profile("p3")))
    assert photo.alpha
    np.testing.assert_array_equal(photo.pixels, pixels)


@pytest.mark.parametrize("format", ["BMP", "PPM", "JPEG2000"])
def test_damaged_and_large_ones_are_refused(format):
    data = saved(Image.fromarray(quarters()), format)
    with pytest.raises(InputError, match="is damaged or incomplete"):
        read(data[: len(data) // 2])
    with pytest.raises(InputError, match="above the limit"):
        read(data, max_megapixels=1e-4)
