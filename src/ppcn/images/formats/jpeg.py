"""JPEG (ITU-T T.81), through libvips but for its metadata segments (JFIF, EXIF, XMP)."""

import struct
from collections.abc import Iterator
from dataclasses import replace

from ppcn.images.formats import libvips
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize

APP0, APP1, SCAN = 0xE0, 0xE1, 0xDA
EXIF, XMP, JFIF = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"JFIF\0"
LARGEST_SEGMENT = 65533
FITTED_PIXELS = 24_000_000  # Huffman codes are fitted up to here: files a seventh smaller, 12 bytes of memory a pixel


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a JPEG file."""
    return replace(libvips.load(data, "jpegload_buffer", check), dpi=dpi(data))


def save(photo: Photo, quality: int) -> bytes:
    """Encode with colours as fine as brightness (4:4:4)."""
    fit = photo.width * photo.height <= FITTED_PIXELS
    data = libvips.save(photo, "jpegsave_buffer", Q=quality, subsample_mode="off", optimize_coding=fit, keep="icc")
    return with_metadata(data, exif=photo.exif, xmp=photo.xmp, dpi=photo.dpi)


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, content) of every segment before the first scan."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != SCAN:
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        yield data[place + 1], data[place + 4 : place + 2 + length]
        place += 2 + max(length, 2)


def dpi(data: bytes) -> tuple[float, float] | None:
    """Return the density that the JFIF segment states, if it states one."""
    for marker, content in segments(data):
        if marker == APP0 and content.startswith(JFIF) and len(content) >= 12:
            unit, across, down = struct.unpack_from(">BHH", content, 7)
            scale = {1: 1.0, 2: 2.54}.get(unit, 0.0)
            return (across * scale, down * scale) if scale and across and down else None
    return None


def with_metadata(data: bytes, *, exif: bytes | None, xmp: bytes | None, dpi: tuple[float, float] | None) -> bytes:
    """Return a JPEG file with these segments after its first two bytes.

    A segment ends at 64 KiB: larger EXIF or XMP is left out, as it is by every other writer of one segment.
    """
    parts = []
    if dpi:
        across, down = (min(max(round(value), 1), 65535) for value in dpi)
        parts.append((APP0, JFIF + struct.pack(">BBBHHBB", 1, 2, 1, across, down, 0, 0)))
    if exif:
        parts.append((APP1, EXIF + exif))
    if xmp:
        parts.append((APP1, XMP + xmp))
    extra = b"".join(
        bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content
        for marker, content in parts
        if len(content) <= LARGEST_SEGMENT
    )
    return data[:2] + extra + data[2:]


FORMAT = Format(
    name="jpeg",
    title="JPEG",
    media_type="image/jpeg",
    suffixes=(".jpg", ".jpeg", ".jfif", ".jpe"),
    signature=rb"\xff\xd8\xff",
    load=load,
    save=save,
    quality=95,
    largest_side=65535,
    cmyk=True,
)
