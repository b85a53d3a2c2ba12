"""PNG (ISO/IEC 15948), through libvips but for its metadata chunks."""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace

from ppcn.images.formats import libvips
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize

START = 8  # bytes of signature
HEAD = 4096  # bytes in which chunks about the whole file are looked for
XMP_KEY = b"XML:com.adobe.xmp"
_CICP = re.compile(rb"\0\0\0\x04cICP(..)", re.DOTALL)


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a PNG file; of an animated one, the first frame."""
    from ppcn.images.colour.cicp import profile_for

    photo = libvips.load(data, "pngload_buffer", check)
    icc = photo.icc or profile_for({(codes[0], codes[1]) for codes in _CICP.findall(data, 0, HEAD)})
    animated = b"\0\0\0\x08acTL" in data[:HEAD]
    return replace(photo, icc=icc, dpi=dpi(data), lost=("further frames",) if animated else ())


def save(photo: Photo, _: int) -> bytes:
    """Encode with the depth of the photo."""
    data = libvips.save(
        photo, "pngsave_buffer", compression=6, filter="paeth", bitdepth=8 * photo.pixels.itemsize, keep="icc"
    )
    return with_metadata(data, exif=photo.exif, xmp=photo.xmp, dpi=photo.dpi)


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


FORMAT = Format(
    name="png",
    title="PNG",
    media_type="image/png",
    suffixes=(".png",),
    signature=rb"\x89PNG\r\n\x1a\n",
    load=load,
    save=save,
    alpha=True,
    sixteen_bits=True,
)
