import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import MAKER_NOTE, XMP, builtin_profile, camera_exif, photo, quarters, saved
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ppcn.errors import OutputError
from ppcn.images.formats import format_of
from ppcn.images.photo import Photo
from ppcn.images.read import read
from ppcn.images.write import encode, write

P3 = builtin_profile("p3")
FORMATS = ("jpeg", "png", "webp", "tiff", "avif")
PHONE = saved(
    quarters(), "JPEG", quality=95, exif=b"Exif\0\0" + camera_exif(6), xmp=XMP, dpi=(300, 300), icc_profile=P3
)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_phone_photo_keeps_its_metadata(kind: str):
    source = read(PHONE)
    data = encode(source, kind)
    outside = Image.open(io.BytesIO(data))
    outside.load()
    assert outside.size == (48, 64)
    assert outside.convert("RGB").getpixel((4, 4))[2] > 180  # pyright: ignore[reportIndexIssue, reportOptionalSubscript]
    exif = outside.getexif()
    assert exif.get(0x0112, 1) == 1
    assert exif[0x0110] == "Model 7"
    assert exif.get_ifd(0x8825)[2] == (47.0, 22.0, 30.5)
    inner = exif.get_ifd(0x8769)
    assert inner[0x9003] == "2020:01:02 03:04:05"
    assert inner[0x927C] == MAKER_NOTE
    assert (inner[0xA002], inner[0xA003]) == (48, 64)
    assert b"THUMBNAIL" not in data
    assert outside.info["icc_profile"] == P3
    again = read(data)
    assert again.xmp is not None
    assert b'tiff:Orientation="1"' in again.xmp
    if kind in ("jpeg", "png", "tiff"):
        assert outside.info["dpi"] == pytest.approx((300, 300), rel=1e-4)
    if kind not in ("avif", "tiff"):
        assert again.exif == source.exif or again.exif is not None
    assert read(encode(again, kind)).exif is not None


@pytest.mark.parametrize("kind", FORMATS)
def test_stripping_leaves_colours_alone(kind: str):
    for icc in (P3, builtin_profile("srgb")):
        source = Photo(quarters(), icc=icc, exif=camera_exif(), xmp=XMP, dpi=(300, 300))
        data = encode(source, kind, strip_metadata=True)
        bare = read(data)
        outside = Image.open(io.BytesIO(data))
        assert bare.xmp is None
        assert bare.exif is None
        assert bare.dpi is None
        assert bare.icc == (P3 if icc == P3 else None)
        assert not outside.getexif().get_ifd(0x8825)
        assert b"Maker" not in data


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_is_made_up(kind: str):
    data = encode(photo(8, 8), kind)
    outside = Image.open(io.BytesIO(data))
    assert not {"exif", "xmp", "icc_profile"} & outside.info.keys()
    assert outside.info.get("dpi", (1, 1)) == (1, 1)  # Pillow's way to say that a TIFF states none
    assert read(data).dpi is None


@settings(max_examples=40)
@given(
    st.sampled_from(FORMATS),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.one_of(st.none(), st.integers(30, 1200)),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_metadata_in_any_mixture(kind: str, exif: bool, xmp: bool, icc: bool, dpi: int | None, height: int, width: int):
    source = replace(
        photo(height, width, dpi=(dpi, dpi) if dpi else None),
        icc=P3 if icc else None,
        exif=camera_exif(1) if exif else None,
        xmp=XMP if xmp else None,
    )
    data = encode(source, kind)
    again = read(data)
    assert (again.width, again.height) == (width, height)
    assert (again.exif is not None) == exif
    assert (again.xmp is not None) == xmp
    assert (again.icc is not None) == icc
    if kind in ("jpeg", "png", "tiff"):
        assert (again.dpi == pytest.approx((dpi, dpi), rel=1e-3)) if dpi else again.dpi is None
    Image.open(io.BytesIO(data)).load()


def test_what_each_format_keeps_of_the_pixels():
    for space in ("grey", "rgb", "cmyk"):
        for alpha in (False, True):
            for deep in (False, True):
                source = photo(4, 5, space, alpha=alpha, deep=deep)
                for kind in FORMATS:
                    again = read(encode(source, kind))
                    assert again.alpha == (alpha and kind != "jpeg")
                    assert (again.peak > 255) == (deep and kind in ("png", "tiff", "avif"))
                    assert (again.space == "cmyk") == (space == "cmyk" and kind in ("jpeg", "tiff"))
                    lossless = kind == "tiff" or (kind == "png" and space != "cmyk")
                    assert not lossless or np.array_equal(again.pixels, source.pixels)


def test_jpegs_are_good_and_not_subsampled():
    outside = Image.open(io.BytesIO(encode(Photo(quarters()), "jpeg")))
    assert [layer[1:3] for layer in outside.layer] == [(1, 1)] * 3  # pyright: ignore[reportAttributeAccessIssue]
    assert max(outside.quantization[0]) < 20  # pyright: ignore[reportAttributeAccessIssue]
    assert len(encode(photo(64, 64), "jpeg", quality=30)) < len(encode(photo(64, 64), "jpeg")) / 2


def test_alpha_in_jpeg_is_laid_on_white():
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[:, 4:, 3] = 255
    seen = read(encode(Photo(pixels, alpha=True), "jpeg")).pixels
    assert seen[:, 0].min() > 250
    assert seen[:, 7].max() < 5


def test_avif_of_sixteen_bits_has_ten():
    ramp = np.repeat(np.arange(0, 65536, 512, dtype=np.uint16)[None, :, None], 8, axis=0).repeat(3, axis=2)
    seen = read(encode(Photo(ramp), "avif", quality=95)).pixels
    assert seen.dtype == np.uint16
    assert np.abs(seen.astype(float) - ramp).max() < 400
    assert len(np.unique(seen)) > 80


def test_webp_does_not_ruin_saturated_edges():
    seen = read(encode(Photo(quarters()), "webp")).pixels.astype(float)
    assert np.abs(seen - quarters()).mean() < 4


def test_too_large_for_the_format():
    wide = Photo(np.zeros((1, 16384, 3), np.uint8))
    with pytest.raises(OutputError, match="too large for webp"):
        encode(wide, "webp")


def test_wrong_arguments():
    with pytest.raises(ValueError, match="format must be"):
        encode(photo(1, 1), "heic")
    with pytest.raises(ValueError, match="quality must be"):
        encode(photo(1, 1), "jpeg", quality=0)
    with pytest.raises(OutputError, match="cannot be written as"):
        format_of(Path("a.heic"))


def test_write(tmp_path: Path):
    target = tmp_path / "out" / "a.PNG"
    source = photo(3, 4, deep=True)
    write(source, target)
    assert np.array_equal(read(target).pixels, source.pixels)
    with pytest.raises(OutputError, match="exists already"):
        write(source, target)
    write(photo(2, 2), target, overwrite=True)
    assert read(target).width == 2
    assert [path.name for path in target.parent.iterdir()] == ["a.PNG"]
