"""Comments, titles and long metadata: kept by what can hold them, and named where they are lost."""

import hashlib
import io
import struct
import zlib
from dataclasses import replace

import numpy as np
import pytest
import tifffile
from builders import camera_exif, png_of, quarters, saved
from PIL import Image

from ppcn.images.metadata import xmp
from ppcn.images.photo import Photo
from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts

SIGN = b"jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71"  # of Content Credentials
LONG = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:a="http://a/" a:Long="'
    + b"0123456789" * 20_000
    + b'"/></rdf:RDF></x:xmpmeta>'
)


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("text", ["A lake", "Zürich", "湖, 12 °C"])
def test_comments_stay_in_every_format_that_has_them(text: str):
    photo = read(saved(quarters(), "JPEG", comment=text.encode()))
    assert photo.texts == (("Comment", text),)
    assert opened(encode(photo, "jpeg")).info["comment"] == text.encode()
    assert opened(encode(photo, "png")).info["Comment"] == text
    assert not lost_parts(photo, "png")
    assert lost_parts(photo, "webp") == ("comments",)
    assert not lost_parts(photo, "webp", strip_metadata=True)
    for kind in ("jpeg", "png"):
        assert b"lake" not in encode(read(saved(quarters(), "JPEG", comment=b"A lake")), kind, strip_metadata=True)


def test_a_comment_in_latin_letters_of_one_byte():
    assert read(saved(quarters(), "JPEG", comment=b"Z\xfcrich")).texts == (("Comment", "Zürich"),)


@pytest.mark.parametrize("behind", [False, True])
def test_texts_of_png(*, behind: bool):
    chunks = (
        (b"tEXt", b"Title\0A lake"),
        (b"zTXt", b"parameters\0\0" + zlib.compress(b"Steps: 20")),
        (b"iTXt", b"Author\0\0\0de\0Autor\0" + "Zoë 湖".encode()),
        (b"iTXt", b"Software\0\1\0\0\0" + zlib.compress("é".encode())),
    )
    texts = {"Title": "A lake", "parameters": "Steps: 20", "Author": "Zoë 湖", "Software": "é"}
    for key, chunk in zip(texts, chunks, strict=True):
        photo = read(png_of(chunk, behind=behind))
        assert photo.texts == ((key, texts[key]),)
        assert opened(encode(photo, "png")).text == {key: texts[key]}  # pyright: ignore[reportAttributeAccessIssue]
        assert lost_parts(photo, "jpeg") == ("comments",)


def test_a_comment_longer_than_a_segment():
    photo = Photo(quarters(), texts=(("Comment", "x" * 70_000),))
    assert lost_parts(photo, "jpeg") == ("comments",)
    assert "comment" not in opened(encode(photo, "jpeg")).info
    assert len(opened(encode(photo, "png")).info["Comment"]) == 70_000


def test_long_exif():
    exif = camera_exif(1) + bytes(70_000)
    photo = Photo(quarters(), exif=exif)
    assert lost_parts(photo, "jpeg") == ("EXIF beyond 64 KiB",)
    assert not lost_parts(photo, "png")
    assert opened(encode(photo, "png")).getexif()[0x0110] == "Model 7"


def test_long_iptc():
    record = b"\x1c\x02\x78\x80\x04" + struct.pack(">I", 70_000) + b"x" * 70_000
    assert read(encode(Photo(quarters(), iptc=record), "jpeg")).iptc == record


def segments(data: bytes, name: bytes) -> list[bytes]:
    """Return what stands in the segments of a name, as the standard lays them out."""
    found, place = [], 2
    while data[place + 1] != 0xDA:
        size = struct.unpack_from(">H", data, place + 2)[0]
        content = data[place + 4 : place + 2 + size]
        if content.startswith(name):
            found.append(content[len(name) :])
        place += 2 + size
    return found


def test_xmp_of_any_length_is_kept_in_jpeg():
    data = encode(Photo(quarters(), xmp=LONG), "jpeg")
    (first,) = segments(data, b"http://ns.adobe.com/xap/1.0/\0")
    pieces = segments(data, b"http://ns.adobe.com/xmp/extension/\0")
    digest = hashlib.md5(LONG).hexdigest().upper()
    assert f'HasExtendedXMP="{digest}"'.encode() in first
    whole = bytearray(len(LONG))
    for piece in pieces:
        name, size, start = struct.unpack_from(">32sII", piece)
        assert (name, size) == (digest.encode(), len(LONG))
        whole[start : start + len(piece) - 40] = piece[40:]
    assert whole == LONG
    again = read(data)
    assert again.xmp
    assert LONG[200:-30] in again.xmp
    assert b"HasExtendedXMP" not in again.xmp
    assert not lost_parts(again, "jpeg")


def test_xmp_whose_further_segments_are_missing():
    said = xmp.with_description(None, xmp.note(b"0" * 32))
    photo = read(saved(quarters(), "JPEG", xmp=said))
    assert photo.lost == ("further XMP",)
    assert not lost_parts(photo, "jpeg", strip_metadata=True)


@pytest.mark.parametrize(
    "extension", [LONG.replace(b"<rdf:RDF ", b'<rdf:RDF xmlns:b="http://b/" '), b"no XMP" * 20_000]
)
def test_further_xmp_that_cannot_be_joined_is_named(extension: bytes):
    """Its names would be unknown in the first packet, and no program would read any of both."""
    photo = read(encode(Photo(quarters(), xmp=extension), "jpeg"))
    assert photo.lost == ("further XMP",)
    assert photo.xmp
    assert len(photo.xmp) < 1000


def test_content_credentials_are_named():
    data = saved(quarters(), "JPEG")
    signed = data[:2] + b"\xff\xeb" + struct.pack(">H", len(SIGN) + 2) + SIGN + data[2:]
    for file in (signed, png_of((b"caBX", SIGN), behind=False)):
        photo = read(file)
        assert lost_parts(photo, "png") == ("Content Credentials",)
        assert not lost_parts(photo, "png", strip_metadata=True)


def test_what_tiff_says_of_document_date_and_place():
    file = io.BytesIO()
    place = (33922, "d", 6, (0.0, 0.0, 0.0, 8.5, 47.4, 0.0), True)
    more = [(269, "s", 0, "Survey 7", True), (0x9003, "s", 0, "2020:01:02 03:04:05", True), place]
    tifffile.imwrite(file, quarters(), photometric="rgb", extratags=more)
    photo = read(file.getvalue())
    assert photo.lost == ("place on the map",)
    exif = opened(encode(photo, "tiff")).getexif()
    assert (exif[269], exif[0x9003]) == ("Survey 7", "2020:01:02 03:04:05")


def test_texts_are_no_bombs():
    bomb = zlib.compress(bytes(100_000_000))
    photo = read(png_of((b"zTXt", b"Title\0\0" + bomb), behind=True))
    assert photo.texts == ()
    assert np.array_equal(replace(photo, texts=()).pixels, read(png_of((b"tEXt", b"a\0b"), behind=True)).pixels)
