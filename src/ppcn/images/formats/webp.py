"""Metadata chunks of a WebP file."""

import struct

ICC, ALPHA, EXIF, XMP = 0x20, 0x10, 0x08, 0x04  # flags of the extended header


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
