"""The segments of a JPEG file that hold metadata (JFIF, EXIF, XMP, IPTC, comments), read and written."""

import hashlib
import struct
from collections.abc import Iterator

from ppcn.images.metadata import xmp
from ppcn.images.metadata.iptc import from_resources, to_resources
from ppcn.images.metadata.lost import FURTHER_XMP
from ppcn.images.metadata.texts import as_text
from ppcn.images.photo import COMMENT, Photo, Texts

APP0, APP1, APP2, APP13, COM, SCAN = 0xE0, 0xE1, 0xE2, 0xED, 0xFE, 0xDA
PHOTOSHOP = b"Photoshop 3.0\0"
EXIF, XMP, JFIF = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"JFIF\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"  # XMP that does not fit into one segment (XMP, part 3, 1.1.3.1)
LARGEST_SEGMENT = 65533
LARGEST_BLOCK = LARGEST_SEGMENT - len(EXIF)
PIECE = 65000  # bytes of a block that is stored in several segments


def segment(marker: int, content: bytes) -> bytes:
    """Return a segment."""
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def segments(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield marker, place and content of every segment before the first scan; fill bytes are passed by (T.81, B.1)."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != SCAN:
        if data[place + 1] == 0xFF:
            place += 1
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        yield data[place + 1], place + 4, data[place + 4 : place + 2 + length]
        place += 2 + max(length, 2)


def parts_named(data: bytes, name: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield marker, place and content of the segments whose content begins with a name, all behind that."""
    for marker, place, part in segments(data):
        if part.startswith(name):
            yield marker, place + len(name), part[len(name) :]


def exif_of(data: bytes) -> bytes | None:
    """Return the EXIF block of a JPEG file."""
    return next((part for marker, _, part in parts_named(data, EXIF) if marker == APP1), None)


def xmp_of(data: bytes) -> bytes:
    """Return the XMP packet of a JPEG file, as far as it stands in one segment; empty if there is none."""
    return next((part for marker, _, part in parts_named(data, XMP) if marker == APP1), b"")


def whole_xmp_of(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return XMP with what stands in further segments, and what of it is missing from the file."""
    packet = xmp_of(data)
    name = xmp.extension(packet)
    if not name:
        return packet, ()
    pieces = {part[36:40]: part[40:] for _, _, part in parts_named(data, EXTENSION) if part[:32] == name}
    extension = b"".join(pieces[place] for place in sorted(pieces))
    whole = xmp.with_extension(packet, extension) if _name(extension) == name.upper() else packet
    return whole, (FURTHER_XMP,) * (whole == packet)


def iptc_of(data: bytes) -> bytes | None:
    """Return the IPTC record of a JPEG file."""
    return from_resources(b"".join(part for marker, _, part in parts_named(data, PHOTOSHOP) if marker == APP13))


def comments_of(data: bytes) -> Texts:
    """Return the comments of a JPEG file, in whose text no encoding is said."""
    found = [content.rstrip(b"\0") for marker, _, content in segments(data) if marker == COM]
    return tuple((COMMENT, as_text(content)) for content in found if content)


def dpi_of(data: bytes) -> tuple[float, float] | None:
    """Return the density that the JFIF segment states, if it states one."""
    for marker, _, content in parts_named(data, JFIF):
        if marker == APP0 and len(content) >= 7:
            unit, across, down = struct.unpack_from(">BHH", content, 2)
            scale = {1: 1.0, 2: 2.54}.get(unit, 0.0)
            return (across * scale, down * scale) if scale and across and down else None
    return None


def with_metadata(data: bytes, photo: Photo, following: bytes) -> bytes:
    """Return a JPEG file with a photo's metadata; ``following`` is a description for XMP of what follows the photo.

    EXIF and a comment have one segment each, and are left out where they are longer. XMP and IPTC can have several.
    """
    parts = []
    if photo.dpi:
        across, down = (min(max(round(value), 1), 65535) for value in photo.dpi)
        parts.append((APP0, JFIF + struct.pack(">BBBHHBB", 1, 2, 1, across, down, 0, 0)))
    if photo.exif:
        parts.append((APP1, EXIF + photo.exif))
    parts += [(APP1, content) for content in _xmp_segments(photo.xmp or b"", following)]
    parts += [(APP13, PHOTOSHOP + piece) for _, piece in _pieces(to_resources(photo.iptc) if photo.iptc else b"")]
    parts += [(COM, text.encode()) for key, text in photo.texts if key == COMMENT]
    extra = b"".join(segment(*part) for part in parts if len(part[1]) <= LARGEST_SEGMENT)
    return data[:2] + extra + data[2:]


def _xmp_segments(packet: bytes, following: bytes) -> list[bytes]:
    """Return segments of XMP; what follows the photo has to be found in the first one."""
    whole = xmp.with_description(packet, following) if following else packet
    if len(XMP + whole) <= LARGEST_SEGMENT:
        return [XMP + whole] if whole else []
    name = _name(packet)
    first = XMP + xmp.with_description(None, following + xmp.note(name))
    head = EXTENSION + name + len(packet).to_bytes(4, "big")
    return [first, *(head + place.to_bytes(4, "big") + piece for place, piece in _pieces(packet))]


def _name(extension: bytes) -> bytes:
    """Return the name by which XMP in further segments is found."""
    return hashlib.md5(extension, usedforsecurity=False).hexdigest().upper().encode()


def _pieces(block: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield pieces of a block, each of which fits into a segment, and where they begin."""
    return ((place, block[place : place + PIECE]) for place in range(0, len(block), PIECE))
