"""Metadata wherever writers put it: read, kept by what can hold it, and named where it is lost."""

import io
import re
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tifffile
from builders import RECORD, RESOURCES, camera_exif, compressed, png_chunk, png_of, quarters, raw
from PIL import Image, IptcImagePlugin

from ppcn.images.metadata import xmp
from ppcn.images.metadata.exif import without_thumbnail
from ppcn.images.metadata.lost import lost_parts as lost_of_file
from ppcn.images.metadata.tiff_directory import byte_order
from ppcn.images.pixels.orientation import apply_orientation
from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts

PACKET = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:title>Lake</dc:title></x:xmpmeta>'
EXIF = camera_exif(6)
PNGS = {
    "eXIf behind": (b"eXIf", EXIF),
    "zTXt exif": compressed("Raw profile type exif", raw("exif", b"Exif\0\0" + EXIF)),
    "zTXt APP1": compressed("Raw profile type APP1", raw("generic", b"Exif\0\0" + EXIF)),
    "tEXt exif": (b"tEXt", b"Raw profile type exif\0" + raw("exif", b"Exif\0\0" + EXIF)),
}


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("form", PNGS)
def test_exif_of_png(form: str, *, behind: bool):
    photo = read(png_of(PNGS[form], behind=behind))
    assert photo.pixels.shape == (64, 48, 3)
    made = Image.open(io.BytesIO(encode(photo, "png"))).getexif()
    assert (made[0x0110], made[0x0112]) == ("Model 7", 1)
    assert made.get_ifd(0x8825)[1] == "N"
    assert np.array_equal(photo.pixels, apply_orientation(quarters(), 6))


@pytest.mark.parametrize("behind", [False, True])
def test_xmp_and_iptc_of_png(*, behind: bool):
    packed = b"XML:com.adobe.xmp\0\1\0en\0\0" + zlib.compress(PACKET)
    for chunk in ((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET), (b"iTXt", packed),
                  compressed("Raw profile type xmp", raw("xmp", PACKET))):  # fmt: skip
        assert read(png_of(chunk, behind=behind)).xmp == PACKET
    photo = read(png_of(compressed("Raw profile type iptc", raw("iptc", RESOURCES)), behind=behind))
    assert photo.iptc == RECORD


def test_texts_that_are_damaged_or_bombs_are_left_out():
    bomb = compressed("Raw profile type exif", b"\nexif\n1\n" + b"00" * 100_000_000)
    for chunk in (
        (b"zTXt", b"Raw profile type exif\0\0no zlib"),
        (b"tEXt", b"Raw profile type exif\0\nexif\n 9\nzz"),
        bomb,
    ):
        assert read(png_of(chunk, behind=True)).exif is None


def iptc_of(data: bytes) -> dict:
    return IptcImagePlugin.getiptcinfo(Image.open(io.BytesIO(data))) or {}


@pytest.mark.parametrize("kind", ["jpeg", "tiff"])
def test_iptc_is_kept(kind: str):
    record = read(png_of(compressed("Raw profile type iptc", raw("iptc", RESOURCES)), behind=True))
    data = encode(record, kind)
    assert iptc_of(data) == {(2, 120): b"A lake", (2, 90): b"Ulm"}
    again = read(data)
    assert again.iptc == RECORD
    assert not lost_parts(again, kind)
    assert not iptc_of(encode(again, kind, strip_metadata=True))
    for other in ("png", "webp", "avif"):
        assert lost_parts(again, other) == ("IPTC record",)
        assert not lost_parts(again, other, strip_metadata=True)


def tiff(order: str, *, big: bool, pointer: int) -> bytes:
    """Return a small TIFF or BigTIFF file with an artist, a resolution, EXIF and GPS, by pointers of a type."""
    offset, inline = ("Q", 8) if big else ("I", 4)
    head = (b"II" if order == "<" else b"MM") + (
        struct.pack(order + "HHHQ", 43, 8, 0, 16) if big else struct.pack(order + "HI", 42, 8)
    )
    sizes = {1: "B", 2: "B", 3: "H", 4: "I", 5: "I", 13: "I", 16: "Q", 18: "Q"}

    def entry(tag: int, kind: int, *values: int, at: int = 0) -> bytes:
        count = len(values) // 2 if kind == 5 else len(values)
        value = struct.pack(f"{order}{len(values)}{sizes[kind]}", *values)
        value = struct.pack(order + offset, at) if len(value) > inline else value.ljust(inline, b"\0")
        return struct.pack(f"{order}HH{offset}", tag, kind, count) + value

    def directory(*entries: bytes) -> bytes:
        number = struct.pack(order + ("Q" if big else "H"), len(entries))
        return number + b"".join(entries) + struct.pack(order + offset, 0)

    pixels, ratio, inner, position = 1000, 1100, 1200, 1300
    first = directory(
        entry(256, 3, 8), entry(257, 3, 8), entry(258, 3, 8), entry(259, 3, 1), entry(262, 3, 1), entry(273, 4, pixels),
        entry(277, 3, 1), entry(278, 3, 8), entry(279, 4, 64), entry(282, 5, 300, 1, at=ratio),
        entry(283, 5, 300, 1, at=ratio), entry(296, 3, 2), entry(315, 2, *b"Ann\0"), entry(0x8769, pointer, inner),
        entry(0x8825, pointer, position),
    )  # fmt: skip
    data = bytearray(1400)
    parts = {0: head, len(head): first, ratio: struct.pack(order + "II", 300, 1),
             inner: directory(entry(0xA001, 3, 1)), position: directory(entry(1, 2, *b"N\0"))}  # fmt: skip
    for place, part in parts.items():
        data[place : place + len(part)] = part
    return bytes(data)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("big", "pointer"), [(False, 4), (False, 13), (True, 4), (True, 13), (True, 16), (True, 18)])
def test_tiff_of_any_kind(order: str, *, big: bool, pointer: int):
    photo = read(tiff(order, big=big, pointer=pointer))
    assert photo.dpi == (300, 300)
    for kind in ("tiff", "jpeg"):
        made = Image.open(io.BytesIO(encode(photo, kind))).getexif()
        assert made[315] == "Ann"
        assert made.get_ifd(0x8769)[0xA001] == 1
        assert made.get_ifd(0x8825)[1] == "N"


FILM = "GCamera:MotionPhoto", "Camera:MotionPhotoVersion", "GCamera:MicroVideoOffset", "hdrgm:Version", "GDepth:Data"


@pytest.mark.parametrize("name", FILM)
def test_xmp_that_points_to_what_is_lost_is_taken_out_in_any_form(name: str):
    key = name.encode()
    for form in (b"<%s>1</%s>", b"<%s><rdf:Seq><rdf:li>1</rdf:li></rdf:Seq></%s>", b"<%s/><a/>", b"<%s rdf:x='1'/>"):
        element = form.replace(b"%s", key)
        kept = b"<a/>" if form.endswith(b"<a/>") else b""
        assert xmp.without_lost_parts(b"<b>" + element + b"</b>") == b"<b>" + kept + b"</b>"
    assert xmp.without_lost_parts(b'<b %s="1" c="2"/>' % key) == b'<b c="2"/>'


@pytest.mark.parametrize("form", [b'MotionPhoto="1"', b"MotionPhoto='1'", b"MotionPhoto>1<"])
def test_films_are_named_however_xmp_says_so(form: bytes):
    assert lost_of_file(b"<GCamera:" + form) == ("motion photo",)


def test_pictures_behind_the_first_one_are_named():
    frames = [Image.fromarray(quarters()), Image.fromarray(255 - quarters())]
    for kind, words in (("MPO", "further pictures"), ("PNG", "further frames"),
                        ("WEBP", "further frames"), ("AVIF", "further frames"), ("GIF", "further frames")):  # fmt: skip
        for count, lost in ((1, ()), (2, (words,))):
            data = io.BytesIO()
            frames[0].save(data, kind, save_all=True, append_images=frames[1:count])
            assert read(data.getvalue()).lost == lost, kind
    data = io.BytesIO()
    frames[0].save(data, "PNG", save_all=True, append_images=frames[1:])
    late = data.getvalue()[:33] + png_chunk(b"tEXt", b"a\0" + bytes(9000)) + data.getvalue()[33:]
    assert read(late).lost == ("further frames",)


@pytest.mark.parametrize("thumbnail_first", [False, True])
def test_a_tiff_with_a_thumbnail(tmp_path: Path, *, thumbnail_first: bool):
    pages = [(quarters(16, 24), 1), (quarters(), 0)]
    with tifffile.TiffWriter(tmp_path / "a.tif") as file:
        for pixels, kind in pages if thumbnail_first else reversed(pages):
            file.write(pixels, photometric="rgb", subfiletype=kind)
    photo = read(tmp_path / "a.tif")
    assert np.array_equal(photo.pixels, quarters())
    assert not photo.lost
    tifffile.imwrite(tmp_path / "b.tif", np.stack([quarters(), quarters()]), photometric="rgb")
    assert read(tmp_path / "b.tif").lost == ("further pages",)


def test_fill_bytes_before_the_segments_of_a_jpeg():
    plain = encode(replace(read(png_of(PNGS["eXIf behind"], behind=False)), iptc=RECORD, dpi=(300, 300)), "jpeg")
    filled = re.sub(rb"\xff(?=[\xe0\xe1\xed]..(JFIF|Exif|Photoshop))", b"\xff\xff\xff\xff", plain, flags=re.DOTALL)
    assert len(filled) == len(plain) + 9
    photo = read(filled)
    assert (photo.iptc, photo.dpi) == (RECORD, (300, 300))
    assert photo.exif == read(plain).exif


def test_a_thumbnail_longer_than_exif_hides_no_tags():
    exif = bytearray(camera_exif(1))
    order = byte_order(exif)
    assert order
    for tag, wrong in ((0x0202, 99999), (0x0201, 8)):  # its length; its place, before all that the directories point to
        entry = struct.pack(order + "HHI", tag, 4, 1)
        struct.pack_into(order + "I", exif, exif.rindex(entry) + len(entry), wrong)
    kept = without_thumbnail(bytes(exif))
    assert kept
    made = Image.Exif()
    made.load(b"Exif\0\0" + kept)
    assert made.get_ifd(0x8825)[1] == "N"
