"""GIF, which is read only: its 256 colours do no photo justice."""

from collections.abc import Iterator
from dataclasses import replace

from ppcn.images.formats import libvips
from ppcn.images.formats.format import Format
from ppcn.images.metadata.texts import as_text
from ppcn.images.photo import COMMENT, Photo
from ppcn.images.unreadable import CheckSize

HEADER, PICTURE = 13, 10  # bytes that every file, and every picture in it, begins with
EXTENSION, SEPARATOR = 0x21, 0x2C  # the first bytes of blocks
COMMENT_LABEL, APPLICATION = 0xFE, 0xFF
XMP = b"\x0bXMP DataXMP"
XMP_END = b"\x01" + bytes(range(255, -1, -1))  # from any place in it, pieces lead to the end (XMP, part 3, 1.1.2)


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode the first frame of a GIF file."""
    blocks = list(extensions(data))
    texts = [as_text(b"".join(_pieces(block))) for label, block in blocks if label == COMMENT_LABEL]
    packets = [_packet(block) for label, block in blocks if label == APPLICATION and block.startswith(XMP)]
    photo = libvips.load(data, "gifload_buffer", check, xmp=next(filter(None, packets), None))
    return replace(photo, texts=tuple((COMMENT, text) for text in texts if text))


def extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the label of every extension of a file, and its pieces (GIF 89a, 24 to 27), each behind its length."""
    place = HEADER + _table(data[10:11])
    while place < len(data):
        kind, start = data[place], place + (2 if data[place] == EXTENSION else PICTURE)
        if kind == SEPARATOR:
            start += _table(data[place + 9 : place + 10]) + 1
        elif kind != EXTENSION:
            return
        end = start
        while end < len(data) and data[end]:
            end += data[end] + 1
        if kind == EXTENSION:
            yield data[place + 1] if place + 1 < len(data) else 0, data[start:end]
        place = end + 1


def _table(flags: bytes) -> int:
    """Return the length of the table of colours that some flags announce."""
    return 3 << (flags[0] & 7) + 1 if flags and flags[0] & 0x80 else 0


def _packet(block: bytes) -> bytes | None:
    """Return the XMP of an extension, which is not in pieces; None where it is cut off."""
    return block[len(XMP) : -len(XMP_END)] if block.endswith(XMP_END) else None


def _pieces(block: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(block):
        yield block[place + 1 : place + 1 + block[place]]
        place += block[place] + 1


FORMAT = Format(
    name="gif",
    title="GIF",
    media_type="image/gif",
    suffixes=(".gif",),
    signature=rb"GIF8[79]a",
    load=load,
)
