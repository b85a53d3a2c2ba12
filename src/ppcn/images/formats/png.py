"""Metadata chunks of a PNG file."""

import struct
import zlib
from collections.abc import Iterator

START = 8  # bytes of signature
XMP_KEY = b"XML:com.adobe.xmp"


def dpi(data: bytes) -> tuple[float, float] | None:
    """Return the resolution that a PNG file states in metres, if it does."""
    for kind, start, end in _chunks(data):
        if kind == b"pHYs":
            if end - start < 21:
                return None
            across, down, unit = struct.unpack_from(">IIB", data, start + 8)
            return (across * 0.0254, down * 0.0254) if unit == 1 and across and down else None
        if kind == b"IDAT":
            break
    return None


def with_metadata(data: bytes, *, exif: bytes | None, xmp: bytes | None, dpi: tuple[float, float] | None) -> bytes:
    """Return a PNG file with these chunks behind its header, and no other pHYs (libvips states one that it made up)."""
    pieces = [data[:START]]
    for kind, start, end in _chunks(data):
        if kind != b"pHYs":
            pieces.append(data[start:end])
        if kind == b"IHDR":
            if dpi:
                pieces.append(_chunk(b"pHYs", struct.pack(">IIB", *(round(value / 0.0254) for value in dpi), 1)))
            if exif:
                pieces.append(_chunk(b"eXIf", exif))
            if xmp:
                pieces.append(_chunk(b"iTXt", XMP_KEY + b"\0" * 5 + xmp))
    return b"".join(pieces)


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind, the start and the end of every whole chunk."""
    start = START
    while start + 12 <= len(data):
        end = start + 12 + int.from_bytes(data[start : start + 4], "big")
        if end > len(data):
            return
        yield data[start + 4 : start + 8], start, end
        start = end


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
