import io
from pathlib import Path

import numpy as np
import pytest
import tifffile
from builders import MAKER_NOTE, XMP, builtin_profile, camera_exif, png, quarters, saved
from PIL import Image, ImageOps

from ppcn.errors import InputError
from ppcn.images.pixels.orientation import apply_orientation
from ppcn.images.read import read

DATA = Path(__file__).parent / "data"


def test_whoever_is_asked_to_end_while_libvips_is_imported_ends(monkeypatch: pytest.MonkeyPatch):
    """A module half of which was imported has no error to compare with."""
    answers = iter([SystemExit(1)])

    def imported_by_half():
        raise next(answers, AttributeError("half imported"))

    monkeypatch.setattr("ppcn.images.pixels.vips.vips", imported_by_half)
    with pytest.raises(SystemExit):
        read(saved(quarters(), "JPEG"))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_agrees_with_pillow(orientation: int):
    pixels = quarters()
    exif = Image.Exif()
    exif[0x0112] = orientation
    outside = Image.open(io.BytesIO(saved(pixels, "PNG", exif=exif.tobytes())))
    expected = np.asarray(ImageOps.exif_transpose(outside))
    assert np.array_equal(apply_orientation(pixels, orientation), expected)
    for kind in ("PNG", "TIFF"):
        photo = read(saved(pixels, kind, exif=exif.tobytes()))
        assert np.array_equal(photo.pixels, expected)


def test_orientation_out_of_range_means_upright():
    pixels = quarters()
    assert np.array_equal(apply_orientation(pixels, 0), pixels)
    assert np.array_equal(apply_orientation(pixels, 9), pixels)


def test_phone_jpeg():
    data = saved(quarters(), "JPEG", quality=95, exif=b"Exif\0\0" + camera_exif(6), xmp=XMP, dpi=(300, 300),
                 icc_profile=builtin_profile("p3"))  # fmt: skip
    photo = read(data)
    assert (photo.format, photo.space, photo.alpha, photo.pixels.shape) == ("jpeg", "rgb", False, (64, 48, 3))
    assert photo.pixels[4, 4, 2] > 180  # blue, at the lower left of the stored pixels, is at the upper left
    assert photo.icc == builtin_profile("p3")
    assert photo.dpi == (300, 300)
    assert photo.exif is not None
    assert photo.xmp is not None
    assert b"THUMBNAIL" not in photo.exif
    assert MAKER_NOTE in photo.exif
    assert b'tiff:Orientation="1"' in photo.xmp
    tags = Image.Exif()
    tags.load(photo.exif)
    assert tags[0x0112] == 1
    assert tags.get_ifd(0x8825)[2] == (47.0, 22.0, 30.5)
    assert photo.lost == ()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_metadata_of_other_formats(kind: str):
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif.get_ifd(0x8825)[1] = "N"
    photo = read(saved(quarters(), kind, exif=exif.tobytes(), icc_profile=builtin_profile("p3"), dpi=(200, 200)))
    tags = Image.Exif()
    tags.load(photo.exif or b"")
    assert photo.format == kind.lower()
    assert tags[0x010F] == "Maker"
    assert tags.get_ifd(0x8825)[1] == "N"
    assert photo.icc == builtin_profile("p3")
    assert photo.dpi == (pytest.approx((200, 200), rel=1e-4) if kind in ("PNG", "TIFF") else None)


def test_heic():
    photo = read(DATA / "display_p3_turned.heic")
    assert (photo.format, photo.space, photo.alpha, photo.pixels.shape) == ("heic", "rgb", False, (64, 48, 3))
    assert np.abs(photo.pixels[8, 8] - np.array([30.0, 60, 220])).max() < 8  # turned once, not twice
    assert photo.icc == builtin_profile("p3")
    tags = Image.Exif()
    tags.load(photo.exif or b"")
    assert (tags[0x0110], tags[0x0112], tags.get_ifd(0x8825)[1]) == ("iPhone", 1, "N")
    assert photo.xmp == b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'


@pytest.mark.parametrize("path", sorted(DATA.glob("*.heic")), ids=lambda path: path.stem)
def test_heic_pixels_outlive_the_decoder(path: Path):
    pixels = read(path).pixels
    while isinstance(pixels.base, np.ndarray):
        pixels = pixels.base
    assert pixels.base is None


def test_heic_with_alpha_and_with_ten_bits():
    alpha = read(DATA / "alpha.heic")
    assert (alpha.alpha, alpha.pixels.shape) == (True, (48, 64, 4))
    deep = read(DATA / "ten_bits.heic")
    assert deep.pixels.dtype == np.uint16
    assert np.abs(deep.pixels[40, 60] / 65535 - 200 / 255).max() < 0.01


def test_avif_is_turned_once():
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = read(saved(quarters(), "AVIF", quality=95, exif=exif.tobytes()))
    assert photo.pixels.shape == (64, 48, 3)
    assert photo.pixels[4, 4, 2] > 180


def test_palette_one_bit_grey_alpha_and_deep_pngs():
    palette = Image.fromarray(quarters()).quantize(4)
    buffer = io.BytesIO()
    palette.save(buffer, "PNG")
    photo = read(buffer.getvalue())
    assert (photo.space, photo.alpha, photo.pixels.dtype) == ("rgb", False, np.uint8)
    assert np.array_equal(photo.pixels, np.asarray(palette.convert("RGB")))

    photo = read(png(8, 2, 1, 0, b"\0\xaa\0\x0f"))
    assert photo.space == "grey"
    assert photo.pixels[:, :, 0].tolist() == [[255, 0] * 4, [0] * 4 + [255] * 4]

    photo = read(png(1, 1, 16, 4, b"\0\x12\x34\x56\x78"))
    assert (photo.space, photo.alpha, photo.pixels.ravel().tolist()) == ("grey", True, [0x1234, 0x5678])

    photo = read(png(1, 1, 16, 2, b"\0\x12\x34\x56\x78\x9a\xbc"))
    assert photo.pixels.ravel().tolist() == [0x1234, 0x5678, 0x9ABC]

    transparent = (b"tRNS", b"\x12\x34\x56\x78\x9a\xbc")
    photo = read(png(1, 1, 16, 2, b"\0\x12\x34\x56\x78\x9a\xbc", transparent))
    assert photo.alpha
    assert photo.pixels.ravel().tolist() == [0x1234, 0x5678, 0x9ABC, 0]


def test_further_frames_and_pages_are_named():
    frames = [Image.fromarray(np.full((8, 8, 3), value, np.uint8)) for value in (0, 120, 255)]
    for kind, lost in (
        ("GIF", "further frames"),
        ("WEBP", "further frames"),
        ("PNG", "further frames"),
        ("TIFF", "further pages"),
    ):
        buffer = io.BytesIO()
        frames[1].save(buffer, kind, save_all=True, append_images=frames[2:])
        photo = read(buffer.getvalue())
        assert photo.pixels.shape[:2] == (8, 8)
        assert photo.lost == (lost,), kind
        assert abs(int(photo.pixels[0, 0, 0]) - 120) < 4


@pytest.mark.parametrize(
    ("xmp", "lost"),
    [
        (b'<rdf:Description hdrgm:Version="1.0"/>', "gain map"),
        (b'<rdf:Description GDepth:Format="RangeInverse"/>', "depth map"),
        (b'<rdf:Description GCamera:MotionPhoto="1" tiff:Make="x"/>', "motion photo"),
    ],
)
def test_lost_parts_are_named_and_no_longer_pointed_to(xmp: bytes, lost: str):
    photo = read(saved(quarters(), "JPEG", xmp=xmp))
    assert photo.lost == (lost,)
    assert photo.xmp is not None
    assert xmp.split(b" ")[1].split(b"=")[0] not in photo.xmp
    assert (b"tiff:Make" in xmp) == (b"tiff:Make" in photo.xmp)


def test_colours_named_by_number():
    row = b"\0" + bytes(3)
    assert read(png(1, 1, 8, 2, row, (b"cICP", bytes((12, 13, 0, 1))))).icc == builtin_profile("p3")
    assert read(png(1, 1, 8, 2, row, (b"cICP", bytes((1, 13, 0, 1))))).icc is None


def test_names_of_comments_need_not_be_utf_8():
    """PNG has them in Latin-1."""
    photo = read(png(2, 2, 8, 2, bytes(2 * 7), (b"tEXt", b"Caf\xe9\0na\xefve")))
    assert photo.pixels.shape == (2, 2, 3)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("kind", ["assocalpha", "unassalpha", "unspecified"])
def test_the_extra_channel_of_a_tiff(kind: str, dtype: type):
    """Colours that an alpha has multiplied are divided by it, once; a channel that is no alpha is left out."""
    peak = np.iinfo(dtype).max
    straight = np.full((8, 8, 4), (139, 109, 59, 128)) * (peak // 255)
    stored = straight.astype(float)
    if kind == "assocalpha":
        stored[:, :, :3] *= 128 / 255
    file = io.BytesIO()
    tifffile.imwrite(file, np.rint(stored).astype(dtype), photometric="rgb", extrasamples=[kind])
    photo = read(file.getvalue())
    assert photo.alpha == (kind != "unspecified")
    assert bool(photo.lost) == (kind == "unspecified")
    channels = 3 + photo.alpha
    np.testing.assert_allclose(photo.pixels[0, 0, :channels], straight[0, 0, :channels], atol=peak / 255)


def test_an_associated_alpha_that_libvips_mistakes_is_refused():
    file = io.BytesIO()
    tifffile.imwrite(file, np.full((8, 8, 5), 60, np.uint16), photometric="separated", extrasamples=["assocalpha"])
    with pytest.raises(InputError, match="16-bit CMYK with an associated alpha"):
        read(file.getvalue())
