"""Edits of EXIF in place: maker notes with absolute offsets need every other byte to stay where it was."""

import struct

from ppcn.images.metadata.tiff_directory import (
    EXIF_IFD,
    INTEROPERABILITY_IFD,
    LONG,
    RATIONAL,
    SHORT,
    SIGNED_RATIONAL,
    Directory,
    byte_order,
    entries,
    parse,
)

ORIENTATION, THUMBNAIL_START, THUMBNAIL_LENGTH = 0x0112, 0x0201, 0x0202
RESOLUTIONS = (0x011A, 0x011B)  # across, down
SIZES = ({0x0100: 0, 0x0101: 1}, {0xA002: 0, 0xA003: 1})  # width and height, in the first directory and in EXIF's own
COLOUR_SPACE, ADOBE_RGB = 0xA001, 2
# Types of numbers, of which writers take any for an orientation: whole ones, fractions, and floating point.
_WHOLE = {1: "B", SHORT: "H", LONG: "I", 6: "b", 7: "B", 8: "h", 9: "i"}
_NUMBERS = {**_WHOLE, RATIONAL: "II", SIGNED_RATIONAL: "ii", 11: "f", 12: "d"}


def orientation(exif: bytes) -> int | None:
    """Return how a photo is to be turned, 1 to 8, whatever type of number says so; None where nothing does."""
    order, first = _first(exif)
    for tag, kind, _, place in first:
        if tag == ORIENTATION and (form := _NUMBERS.get(kind)) and (at := _value(exif, order, form, place)):
            top, bottom = (*struct.unpack_from(order + form, exif, at), 1)[:2]
            if bottom and top / bottom in range(1, 9):
                return int(top / bottom)
    return None


def is_adobe_rgb(exif: bytes) -> bool:
    """Tell whether EXIF names Adobe RGB: as cameras do, which write no profile (DCF 2.0), or by its colour space."""
    inner = parse(exif).inner.get(EXIF_IFD, Directory())
    names = inner.inner.get(INTEROPERABILITY_IFD, Directory()).values
    return names.get(1, (0, b""))[1][:3] == b"R03" or inner.values.get(COLOUR_SPACE, (0, b""))[1][:2] == b"\2\0"


def without_thumbnail(exif: bytes) -> bytes | None:
    """Return EXIF without its thumbnail; None if its header is no EXIF header.

    A thumbnail that would be longer than the data may hide tags that others need: of it, only the link goes.
    """
    data = bytearray(exif)
    order = byte_order(data)
    if order is None:
        return None
    end = len(data)
    link = _link(data, order, _long(data, order, 4))
    if link is not None and (second := _long(data, order, link)):
        thumbnail = {tag: _long(data, order, value) for tag, _, _, value in entries(data, order, second)}
        start = thumbnail.get(THUMBNAIL_START, 0)
        stop = start + thumbnail.get(THUMBNAIL_LENGTH, 0)
        if 8 <= start < stop <= end:
            data[start:stop] = bytes(stop - start)
            end = start if stop == end else end
        struct.pack_into(order + "I", data, link, 0)
    return bytes(data[:end])


def turned(exif: bytes, *, quarter: bool) -> bytes:
    """Return the EXIF of a photo that was turned upright: the orientation is 1; ``quarter`` exchanges resolutions."""
    data, resolutions = bytearray(exif), []
    order, first = _first(exif)
    for tag, kind, _, place in first:
        if tag == ORIENTATION and (form := _NUMBERS.get(kind)) and (at := _value(exif, order, form, place)):
            struct.pack_into(order + form, data, at, *(1,) * len(form))
        if tag in RESOLUTIONS:
            resolutions.append(slice(place, place + 4))
    if quarter and len(resolutions) == 2:  # of each, the place where it is
        across, down = resolutions
        data[across], data[down] = data[down], data[across]
    return bytes(data)


def with_size(exif: bytes, width: int, height: int) -> bytes:
    """Return EXIF in which the tags for the picture's size, where it has them, are ``width`` and ``height``."""
    data = bytearray(exif)
    order, first = _first(exif)
    starts = [_long(data, order, place) for tag, *_, place in first if tag == EXIF_IFD]
    inner = [entry for start in starts for entry in entries(data, order, start)]
    for tags, found in zip(SIZES, (first, inner), strict=True):
        for tag, kind, _, place in found:
            size = (width, height)[tags[tag]] if tag in tags else 0
            if size and (kind == LONG or (kind == SHORT and size < 1 << 16)):
                struct.pack_into(f"{order}{_WHOLE[kind]}", data, place, size)
    return bytes(data)


def _first(exif: bytes) -> tuple[str, list[tuple[int, int, int, int]]]:
    """Return the byte order and the entries of the first directory; none where there is no EXIF header."""
    order = byte_order(exif)
    return order or "<", list(entries(exif, order, _long(exif, order, 4))) if order else []


def _value(data: bytes, order: str, form: str, place: int) -> int:
    """Return where a value lies whose form ``struct`` knows: in its field, or where that points to; 0 for nowhere."""
    size = struct.calcsize(order + form)
    start = place if size <= 4 else _long(data, order, place)
    return start if start + size <= len(data) else 0


def _long(data: bytes | bytearray, order: str, offset: int) -> int:
    return struct.unpack_from(order + "I", data, offset)[0] if offset + 4 <= len(data) else 0


def _link(data: bytes | bytearray, order: str, ifd: int) -> int | None:
    """Return where a directory keeps the offset of the next one."""
    if not 8 <= ifd <= len(data) - 2:
        return None
    link = ifd + 2 + 12 * struct.unpack_from(order + "H", data, ifd)[0]
    return link if link + 4 <= len(data) else None
