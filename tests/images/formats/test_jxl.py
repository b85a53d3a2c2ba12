"""JPEG XL, compared with pylibjxl itself, and headers with files whose colours are known."""

import numpy as np
import pylibjxl
import pytest
from builders import XMP, builtin_profile, camera_exif, photo, quarters

from ppcn.errors import InputError, OutputError
from ppcn.images.colour.spaces import Matrix, Srgb, space_of
from ppcn.images.formats import FORMATS, check_installed, jxl_header
from ppcn.images.metadata import exif
from ppcn.images.photo import Photo
from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts


class Bits:
    """Writes bits, the lowest first."""

    def __init__(self):
        self.text = ""

    def add(self, value, count):
        self.text = f"{value:0{count}b}"[-count:] + self.text if count else self.text
        return self

    def __bytes__(self):
        return int(self.text, 2).to_bytes(-(-len(self.text) // 8) + 4, "little")


def header(*fields):
    """Return a codestream's start of 8x8 pixels; ``fields`` are values and their bits from the image's header on."""
    bits = Bits().add(0x0AFF, 16).add(1, 1).add(0, 5).add(1, 3)
    for value, count in fields:
        bits.add(value, count)
    return bytes(bits)


NO_EXTRAS = ((0, 1), (0, 1), (0, 1), (0, 2), (1, 1), (0, 2))  # not usual; nothing more; integers of 8 bits; no channels
COLOURS = ((0, 1), (0, 1))  # not usual; no ICC profile


def test_the_usual_header_is_srgb():
    assert jxl_header.parse(header((1, 1))) == jxl_header.Header()


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        # RGB, D65, P3, sRGB's curve
        (((0, 2), (1, 2), (2, 2), (9, 4), (0, 1), (2, 2), (11, 4)), {"primaries": jxl_header.PRIMARIES[11]}),
        # RGB, D65, BT.2100, PQ
        (
            ((0, 2), (1, 2), (2, 2), (7, 4), (0, 1), (2, 2), (14, 4)),
            {"primaries": jxl_header.PRIMARIES[9], "transfer": 16},
        ),
        # grey, D65, a power of 1 / 1.8
        (((1, 2), (1, 2), (1, 1), (5555556, 24)), {"grey": True, "transfer": 0, "gamma": 0.5555556}),
        # RGB, a white of its own (0.25, -0.000001), sRGB
        (
            ((0, 2), (2, 2), (0, 4), (0, 2), (500000, 19), (0, 2), (1, 19), (1, 2), (0, 1), (2, 2), (11, 4)),
            {"white": (0.25, -1e-6)},
        ),
    ],
)
def test_named_colours_are_read(fields, wanted):
    found = jxl_header.parse(header(*NO_EXTRAS, (0, 1), *COLOURS, *fields))
    assert found == jxl_header.Header(lossy=False, **wanted)


def test_extra_fields_and_channels_are_passed_over():
    extras = ((0, 1), (1, 1), (5, 3), (1, 1), (1, 1), (3, 5), (1, 3))  # orientation, an intrinsic size
    extras += ((1, 1), (1, 1), (0, 2), (1, 3))  # a preview
    extras += ((1, 1), (0, 2), (0, 2), (0, 2), (0, 1))  # an animation
    extras += ((1, 1), (1, 2), (4, 4), (0, 1))  # floats of 16 bits
    alpha = ((0, 1), (0, 2), (0, 1), (0, 2), (0, 2), (1, 2), (2, 4), (0x6161, 16), (1, 1))  # "aa", multiplied
    spot = ((0, 1), (2, 2), (0, 4), (0, 1), (0, 2), (0, 2), (0, 2), (0, 32), (0, 32))
    fields = (*extras, (2, 2), (0, 4), *alpha, *spot, (1, 1), (0, 1), (1, 1))
    assert jxl_header.parse(header(*fields)) == jxl_header.Header(profile=True, premultiplied=True)


@pytest.mark.parametrize("data", [b"", b"\xff\x0a", b"\xff\x0a\x00", header(*NO_EXTRAS, (0, 1), *COLOURS, (2, 2))[:5]])
def test_a_header_that_is_cut_short_is_refused(data):
    with pytest.raises(ValueError, match=r"cut short|no codestream"):
        jxl_header.parse(data)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("space", ["grey", "rgb"])
def test_quality_100_loses_nothing(space, alpha):
    given = photo(20, 30, space, alpha=alpha)
    again = read(encode(given, "jxl", quality=100))
    pixels = given.pixels
    if space == "grey" and alpha:  # written as RGB
        pixels = pixels[:, :, [0, 0, 0, 1]]
    np.testing.assert_array_equal(again.pixels, pixels)


def test_a_damaged_profile_is_left_out():
    assert read(encode(Photo(quarters(), icc=b"damaged" * 30), "jxl")).icc is None


def test_quality_decides_about_size_and_error():
    given = photo(64, 64)
    files = [encode(given, "jxl", quality=quality) for quality in (30, 90, 100)]
    errors = [np.abs(read(data).pixels.astype(int) - given.pixels).mean() for data in files]
    assert len(files[0]) < len(files[1]) < len(files[2])
    assert errors[0] > errors[1] > errors[2] == 0


def test_metadata_and_colours_are_kept():
    p3 = builtin_profile("p3")
    given = Photo(quarters(), icc=p3, exif=exif.without_thumbnail(camera_exif(1)), xmp=XMP)
    data = encode(given, "jxl")
    again = read(data)
    assert (again.icc, again.exif) == (p3, given.exif)
    assert again.xmp is not None
    assert b'Orientation="1"' in again.xmp
    assert lost_parts(again, "jxl") == ()
    pixels, metadata = pylibjxl.decode(data, metadata=True)
    np.testing.assert_array_equal(pixels, again.pixels)
    assert metadata["icc"] == p3
    assert metadata["exif"] == given.exif


def test_what_decodes_to_srgb_has_no_profile():
    photo = read(pylibjxl.encode(quarters(), distance=1.0))
    assert photo.icc is None
    assert isinstance(space_of(photo), Srgb)


def test_named_colours_become_a_profile(monkeypatch):
    named = jxl_header.Header(primaries=jxl_header.PRIMARIES[11])
    monkeypatch.setattr("ppcn.images.formats.jxl.parse", lambda _: named)
    assert isinstance(space_of(read(pylibjxl.encode(quarters()))), Matrix)


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (jxl_header.Header(transfer=16), "is an HDR picture"),
        (jxl_header.Header(lossy=True, profile=True), "lossy JPEG XL with an ICC profile of its own"),
    ],
)
def test_what_would_come_out_wrong_is_refused(monkeypatch, header, sentence):
    monkeypatch.setattr("ppcn.images.formats.jxl.parse", lambda _: header)
    with pytest.raises(InputError, match=sentence):
        read(pylibjxl.encode(quarters()))


def test_damaged_and_large_ones_are_refused():
    data = pylibjxl.encode(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    for cut in (14, len(data) // 2):
        with pytest.raises(InputError, match="is damaged or incomplete"):
            read(data[:cut])
    with pytest.raises(InputError, match="above the limit"):
        read(data, max_megapixels=1e-4)


def test_without_the_library_one_sentence_names_it(monkeypatch):
    data = encode(Photo(quarters()), "jxl")
    monkeypatch.setattr("ppcn.images.formats.format.find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"cannot be read: pylibjxl is needed: install it with pip install"):
        read(data)
    with pytest.raises(OutputError, match=r"To write JPEG XL, pylibjxl is needed"):
        check_installed(FORMATS["jxl"])
    with pytest.raises(OutputError, match=r"To write JPEG XL, pylibjxl is needed"):
        encode(Photo(quarters()), "jxl")
