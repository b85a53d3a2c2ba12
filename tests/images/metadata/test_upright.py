"""Orientation wherever it stands, and all that has to follow it."""

import io
import re
import struct
from pathlib import Path

import numpy as np
import pytest
from builders import quarters, saved
from PIL import Image

from ppcn.images.metadata import xmp
from ppcn.images.pixels.orientation import apply_orientation
from ppcn.images.read import read
from ppcn.images.write import encode

DATA = Path(__file__).parents[1] / "data"
KINDS = {
    "BYTE": (1, "B"),
    "SHORT": (3, "H"),
    "LONG": (4, "I"),
    "SBYTE": (6, "b"),
    "SSHORT": (8, "h"),
    "SLONG": (9, "i"),
    "RATIONAL": (5, "II"),
    "SRATIONAL": (10, "ii"),
    "FLOAT": (11, "f"),
    "DOUBLE": (12, "d"),
}
ALL = range(1, 9)


def block(orientation: int, kind: str = "SHORT", order: str = "<") -> bytes:
    """Return EXIF of an orientation as a type of number, and of unequal resolutions."""
    number, form = KINDS[kind]
    value = struct.pack(order + form, *(2 * orientation, 2) if len(form) == 2 else (orientation,)).ljust(4, b"\0")
    behind = b""
    if len(value) > 4:
        value, behind = struct.pack(order + "I", 66), value
    entries = struct.pack(order + "HHI", 0x0112, number, 1) + value
    entries += struct.pack(order + "HHII", 0x011A, 5, 1, 50) + struct.pack(order + "HHII", 0x011B, 5, 1, 58)
    header = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "IH", 8, 3)
    return header + entries + struct.pack(order + "I4I", 0, 204, 1, 98, 1) + behind


def jpeg(exif: bytes | None = None, xmp: bytes | None = None) -> bytes:
    more = ({"exif": b"Exif\0\0" + exif} if exif else {}) | ({"xmp": xmp} if xmp else {})
    return saved(quarters(), "JPEG", quality=95, **more)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_orientation_as_any_number(orientation: int, order: str, kind: str):
    photo = read(jpeg(block(orientation, kind, order)))
    assert photo.exif
    assert np.array_equal(photo.pixels, apply_orientation(read(jpeg()).pixels, orientation))
    exif = Image.Exif()
    exif.load(photo.exif)
    assert exif[0x0112] in (1, b"\1")
    assert (exif[0x011A], exif[0x011B]) == ((204, 98) if orientation == 1 else (98, 204))


@pytest.mark.parametrize("orientation", ALL)
def test_resolution_of_the_file_turns_with_the_sides(orientation: int):
    exif = Image.Exif()
    exif[0x0112] = orientation
    for kind in ("PNG", "TIFF"):
        photo = read(saved(quarters(), kind, exif=exif.tobytes(), dpi=(204, 98)))
        assert photo.dpi == pytest.approx((204, 98) if orientation < 5 else (98, 204), abs=0.1)


def test_orientation_in_xmp_alone_is_left():
    packet = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    alone, both = read(jpeg(xmp=packet)), read(jpeg(block(6), packet))
    assert alone.xmp == packet
    assert alone.pixels.shape == (48, 64, 3)
    assert both.xmp == packet.replace(b"6", b"1")
    assert both.pixels.shape == (64, 48, 3)


def test_heic_is_turned_by_exif_where_the_container_says_nothing():
    """Phones write EXIF alone, or both, where the container is right."""
    data = (DATA / "display_p3_turned.heic").read_bytes()
    silent = data.replace(b"irot", b"skip")
    assert silent != data
    orientation = re.compile(rb"\x01\x12\0\x03\0\0\0\x01\0(.)|\x12\x01\x03\0\x01\0\0\0(.)", re.DOTALL)
    found = orientation.search(data)
    assert found, "the file says how it is turned in EXIF, too"
    assert np.array_equal(read(silent).pixels, read(data).pixels)


def mark(photo: np.ndarray, x: float, y: float, w: float, h: float) -> tuple[slice, slice]:
    height, width = photo.shape[:2]
    return (
        slice(round((y - h / 2) * height), round((y + h / 2) * height)),
        slice(round((x - w / 2) * width), round((x + w / 2) * width)),
    )


FORMS = [
    b'<mwg-rs:Area stArea:x="0.25" stArea:y="0.75" stArea:w="0.25" stArea:h="0.125" stArea:unit="normalized"/>',
    b"<mwg-rs:Area rdf:parseType='Resource'>\n<stArea:h>0.125</stArea:h><stArea:unit>normalized</stArea:unit>"
    b"<stArea:w>0.25</stArea:w><stArea:x>0.25</stArea:x><stArea:y>0.75</stArea:y></mwg-rs:Area>",
    b"<mwg-rs:Area><rdf:Description stArea:x='.25' stArea:y='7.5e-1' stArea:h='0.125' stArea:w='0.25'/></mwg-rs:Area>",
]


@pytest.mark.parametrize("orientation", ALL)
@pytest.mark.parametrize("form", FORMS)
def test_regions_stay_on_their_faces(orientation: int, form: bytes):
    face = np.zeros((64, 96, 1), np.uint8)
    face[mark(face, 0.25, 0.75, 0.25, 0.125)] = 255
    turned = xmp.turned(form + form, orientation)
    for half in (turned[: len(turned) // 2], turned[len(turned) // 2 :]):
        values = {key.decode(): float(value) for key, value in re.findall(rb"stArea:([xywh])\W+?([.\deE-]+)", half)}
        upright = apply_orientation(face, orientation)
        expected = np.zeros_like(upright)
        expected[mark(upright, **values)] = 255
        assert np.array_equal(upright, expected)


@pytest.mark.parametrize("orientation", ALL)
def test_microsofts_rectangles_turn_like_areas(orientation: int):
    face = np.zeros((64, 96, 1), np.uint8)
    face[mark(face, 0.25, 0.75, 0.25, 0.125)] = 255
    turned = xmp.turned(b'<rdf:li MPReg:Rectangle="0.125, 0.6875, 0.25, 0.125"/>', orientation)
    x, y, w, h = map(float, re.findall(rb"[\d.]+", turned))
    upright = apply_orientation(face, orientation)
    expected = np.zeros_like(upright)
    expected[mark(upright, x + w / 2, y + h / 2, w, h)] = 255
    assert np.array_equal(upright, expected)


DIMENSIONS = [
    (b'<mwg-rs:AppliedToDimensions stDim:w="%d" stDim:h="%d" stDim:unit="pixel"/><a stDim:w="7"/>'),
    (b"<mwg-rs:AppliedToDimensions rdf:parseType='Resource'><stDim:unit>pixel</stDim:unit>"
     b"<stDim:w>%d</stDim:w> <stDim:h>%d</stDim:h></mwg-rs:AppliedToDimensions>"),
]  # fmt: skip


@pytest.mark.parametrize("form", DIMENSIONS)
def test_size_of_regions_follows(form: bytes):
    sides = rb"stDim:([wh])\W+(96|64|192|128)\b"
    assert dict(re.findall(sides, xmp.turned(form % (96, 64), 6))) == {b"w": b"64", b"h": b"96"}
    assert xmp.turned(form % (96, 64), 3) == form % (96, 64)
    assert xmp.enlarged(form % (96, 64), 2) == form % (192, 128)


def test_pixels_of_a_panorama_and_sizes_in_exif_follow():
    panorama = b'<a GPano:FullPanoWidthPixels="96" GPano:PoseHeadingDegrees="90"><GPano:CroppedAreaLeftPixels>7</a>'
    enlarged = panorama.replace(b"96", b"288").replace(b">7", b">21")
    assert xmp.enlarged(panorama, 3) == enlarged
    exif = Image.Exif()
    exif[0x0100], exif[0x0101], exif[0x0112] = 64, 48, 6
    exif.get_ifd(0x8769)[0xA002] = 64
    photo = read(jpeg(exif.tobytes().removeprefix(b"Exif\0\0")))
    made = Image.open(io.BytesIO(encode(photo, "jpeg"))).getexif()
    assert (made[0x0100], made[0x0101], made.get_ifd(0x8769)[0xA002]) == (48, 64, 48)
