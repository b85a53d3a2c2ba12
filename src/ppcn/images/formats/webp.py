"""WebP (RFC 9649), through libvips but for its metadata chunks."""

import struct

from ppcn.images.formats import libvips
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize

EXIF, XMP = 0x08, 0x04  # flags of the extended header


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a WebP file; of an animated one, the first frame."""
    return libvips.load(data, "webpload_buffer", check)


def save(photo: Photo, quality: int) -> bytes:
    """Encode with sharp colour edges, as far as WebP's halved colour resolution can hold them."""
    preset = "photo" if photo.space == "grey" else "default"  # the default one blurs steps of brightness, which is all
    data = libvips.save(
        photo, "webpsave_buffer", Q=quality, preset=preset, smart_subsample=True, exact=True, keep="icc"
    )
    return with_metadata(data, width=photo.width, height=photo.height, exif=photo.exif, xmp=photo.xmp)


def with_metadata(data: bytes, *, width: int, height: int, exif: bytes | None, xmp: bytes | None) -> bytes:
    """Return a WebP file with these chunks at its end, announced in the extended header."""
    if not exif and not xmp:
        return data
    body = data[12:]
    flags = 0
    if body[:4] == b"VP8X":
        flags, body = body[8], body[18:]
    flags |= (EXIF if exif else 0) | (XMP if xmp else 0)
    header = bytes((flags, 0, 0, 0)) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = _chunk(b"VP8X", header) + body
    body += _chunk(b"EXIF", exif) if exif else b""
    body += _chunk(b"XMP ", xmp) if xmp else b""
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _chunk(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


FORMAT = Format(
    name="webp",
    title="WebP",
    media_type="image/webp",
    suffixes=(".webp",),
    signature=rb"RIFF.{4}WEBP",
    load=load,
    save=save,
    quality=90,
    largest_side=16383,
    encoding=27,
    alpha=True,
)
