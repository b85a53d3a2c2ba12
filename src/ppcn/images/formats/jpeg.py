"""JPEG (ITU-T T.81), through libvips but for its metadata segments (JFIF, EXIF, XMP)."""

import struct
from collections.abc import Iterator

from ppcn.images.formats import libvips
from ppcn.images.formats.format import Format
from ppcn.images.metadata.iptc import from_resources, to_resources
from ppcn.images.metadata.lost import lost_parts
from ppcn.images.metadata.tiff_directory import parse
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize

APP0, APP1, APP2, APP13, SCAN = 0xE0, 0xE1, 0xE2, 0xED, 0xDA
PHOTOSHOP, MPF = b"Photoshop 3.0\0", b"MPF\0"
MPF_ENTRIES = 0xB002
MPF_THUMBNAILS = (b"\1\0\1", b"\2\0\1")  # types of pictures
EXIF, XMP, JFIF = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"JFIF\0"
LARGEST_SEGMENT = 65533
FITTED_PIXELS = 24_000_000  # Huffman codes are fitted up to here: files a seventh smaller, 12 bytes of memory a pixel


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a JPEG file."""
    iptc = from_resources(b"".join(part for marker, part in _parts(data, PHOTOSHOP) if marker == APP13))
    number = pictures(data)
    maps = sum(part.endswith("map") for part in lost_parts(data)) if number > 1 else 0
    further = ("further pictures",) * (number > 1 + maps)
    return libvips.load(data, "jpegload_buffer", check, further=further, dpi=dpi(data), iptc=iptc)


def save(photo: Photo, quality: int) -> bytes:
    """Encode with colours as fine as brightness (4:4:4)."""
    fit = photo.width * photo.height <= FITTED_PIXELS
    data = libvips.save(photo, "jpegsave_buffer", Q=quality, subsample_mode="off", optimize_coding=fit, keep="icc")
    return with_metadata(data, exif=photo.exif, xmp=photo.xmp, iptc=photo.iptc, dpi=photo.dpi)


def segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (marker, content) of every segment before the first scan."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != SCAN:
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        yield data[place + 1], data[place + 4 : place + 2 + length]
        place += 2 + max(length, 2)


def dpi(data: bytes) -> tuple[float, float] | None:
    """Return the density that the JFIF segment states, if it states one."""
    for marker, content in _parts(data, JFIF):
        if marker == APP0 and len(content) >= 7:
            unit, across, down = struct.unpack_from(">BHH", content, 2)
            scale = {1: 1.0, 2: 2.54}.get(unit, 0.0)
            return (across * scale, down * scale) if scale and across and down else None
    return None


def pictures(data: bytes) -> int:
    """Return how many pictures the file holds (CIPA DC-007), without thumbnails."""
    for marker, content in _parts(data, MPF):
        if marker == APP2:
            entries = parse(content).values.get(MPF_ENTRIES, (0, b""))[1]
            types = [entries[place : place + 3] for place in range(16, len(entries) - 15, 16)]
            return 1 + sum(kind not in MPF_THUMBNAILS for kind in types)
    return 1


def _parts(data: bytes, name: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and content of the segments whose content begins with a name, without that."""
    return ((marker, part.removeprefix(name)) for marker, part in segments(data) if part.startswith(name))


def with_metadata(
    data: bytes,
    *,
    exif: bytes | None,
    xmp: bytes | None,
    iptc: bytes | None = None,
    dpi: tuple[float, float] | None,
) -> bytes:
    """Return a JPEG file with these segments after its first two bytes.

    A segment ends at 64 KiB: larger EXIF, XMP or IPTC is left out, as it is by every other writer of one segment.
    """
    parts = []
    if dpi:
        across, down = (min(max(round(value), 1), 65535) for value in dpi)
        parts.append((APP0, JFIF + struct.pack(">BBBHHBB", 1, 2, 1, across, down, 0, 0)))
    if exif:
        parts.append((APP1, EXIF + exif))
    if xmp:
        parts.append((APP1, XMP + xmp))
    if iptc:
        parts.append((APP13, PHOTOSHOP + to_resources(iptc)))
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
    grey=True,
    iptc=True,
)
