"""Edits of EXIF in place: maker notes with absolute offsets need every other byte to stay where it was."""

import struct

from ppcn.images.metadata.tiff_directory import EXIF_IFD, LONG, SHORT, byte_order, entries

ORIENTATION, THUMBNAIL_START, THUMBNAIL_LENGTH = 0x0112, 0x0201, 0x0202
WIDTH, HEIGHT = 0xA002, 0xA003


def normalise(exif: bytes) -> bytes | None:
    """Return EXIF with the orientation 1 and without the thumbnail; None if its header is no EXIF header."""
    data = bytearray(exif.removeprefix(b"Exif\0\0"))
    order = byte_order(data)
    if order is None:
        return None
    end = len(data)
    for tag, kind, _, value in entries(data, order, _long(data, order, 4)):
        if tag == ORIENTATION and kind == SHORT:
            struct.pack_into(order + "H", data, value, 1)
    link = _link(data, order, _long(data, order, 4))
    if link is not None and (second := _long(data, order, link)):
        thumbnail = {tag: _long(data, order, value) for tag, _, _, value in entries(data, order, second)}
        start = thumbnail.get(THUMBNAIL_START, 0)
        stop = min(start + thumbnail.get(THUMBNAIL_LENGTH, 0), end)
        if 8 <= start < stop:
            data[start:stop] = bytes(stop - start)
            end = start if stop == end else end
        struct.pack_into(order + "I", data, link, 0)
    return bytes(data[:end])


def with_size(exif: bytes, width: int, height: int) -> bytes:
    """Return EXIF in which the tags for the picture's size, where it has them, are ``width`` and ``height``."""
    data = bytearray(exif)
    order = byte_order(data)
    if order is None:
        return exif
    for tag, _, _, value in entries(data, order, _long(data, order, 4)):
        if tag == EXIF_IFD:
            for inner, kind, _, place in entries(data, order, _long(data, order, value)):
                size = {WIDTH: width, HEIGHT: height}.get(inner)
                if size is not None and (kind == LONG or (kind == SHORT and size < 1 << 16)):
                    struct.pack_into(order + ("I" if kind == LONG else "H"), data, place, size)
    return bytes(data)


def _long(data: bytearray, order: str, offset: int) -> int:
    return struct.unpack_from(order + "I", data, offset)[0] if offset + 4 <= len(data) else 0


def _link(data: bytearray, order: str, ifd: int) -> int | None:
    """Return where a directory keeps the offset of the next one."""
    if not 8 <= ifd <= len(data) - 2:
        return None
    link = ifd + 2 + 12 * struct.unpack_from(order + "H", data, ifd)[0]
    return link if link + 4 <= len(data) else None
