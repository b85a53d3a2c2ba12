"""What GIF files hold beside their pictures: comments and XMP."""

import io

import numpy as np
import pytest
from builders import quarters
from PIL import Image
from ultra_hdr import RDF

from ppcn.errors import InputError
from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts

PACKET = RDF.format('xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="A lake">').encode()
MAGIC = b"\1" + bytes(range(255, -1, -1)) + b"\0"  # behind XMP (XMP, part 3, 1.1.2)
XMP = b"\x21\xff\x0bXMP DataXMP" + PACKET + MAGIC


def gif(*frames: np.ndarray, **how) -> bytes:
    """Return a file whose frames have tables of colours of their own."""
    images = [Image.fromarray(frame) for frame in frames or (quarters(),)]
    buffer = io.BytesIO()
    images[0].save(buffer, "GIF", save_all=True, append_images=images[1:], **how)
    return buffer.getvalue()


def comment(text: bytes) -> bytes:
    pieces = [text[start : start + 255] for start in range(0, len(text), 255)]
    return b"\x21\xfe" + b"".join(bytes([len(piece)]) + piece for piece in pieces) + b"\0"


def with_end(data: bytes, *blocks: bytes) -> bytes:
    """Return a file with blocks behind its last frame."""
    return data[:-1] + b"".join(blocks) + data[-1:]


@pytest.mark.parametrize("text", ["A lake", "Zürich", "A lake, at noon. " * 40])
def test_comments_stay(text: str):
    for data in (gif(comment=text.encode()), with_end(gif(), comment(text.encode()))):
        photo = read(data)
        assert photo.texts == (("Comment", text),)
        assert lost_parts(photo, "jpeg") == lost_parts(photo, "png") == ()
        assert lost_parts(photo, "webp") == ("comments",)
        with Image.open(io.BytesIO(encode(photo, "jpeg"))) as image:
            assert image.info["comment"] == text.encode()


def test_several_comments_and_one_of_no_encoding():
    noise = [np.random.default_rng(k).integers(0, 255, (48, 64, 3), dtype=np.uint8) for k in range(3)]
    data = with_end(gif(*noise), comment(b"A lake"), comment(b""), comment(b"Z\xfcrich"))
    photo = read(data)
    assert photo.texts == (("Comment", "A lake"), ("Comment", "Zürich"))
    assert photo.lost == ("further frames",)


def test_xmp_stays():
    data = with_end(gif(), XMP)
    photo = read(data)
    assert photo.xmp == PACKET
    assert read(encode(photo, "jpeg")).xmp == PACKET


def test_what_is_damaged_behind_the_frame_is_left_out():
    data = with_end(gif(), comment(b"A lake"), XMP)
    for cut in range(len(gif()) - 30, len(data)):
        try:
            photo = read(data[:cut])
        except InputError:
            continue
        assert photo.pixels.shape == (48, 64, 3)
        assert photo.xmp in (None, PACKET)
