"""Photos and files that the tests of this folder share."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import pyvips
from PIL import Image

from ppcn.images.photo import COLOURS, Photo, Space

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)
RECORD = b"\x1c\x02\x78\x00\x06A lake\x1c\x02\x5a\x00\x03Ulm"  # caption and city
RESOURCES = b"8BIM\x03\xed\0\0\0\0\0\1x\0" + b"8BIM\x04\x04\3abc\0\0\0" + bytes([len(RECORD)]) + RECORD
MAKER_NOTE = b"Apple iOS\0\0\1MM" + bytes(range(64))


def builtin_profile(name: str) -> bytes:
    """Return one of libvips's own profiles: "srgb", "p3" or "cmyk"."""
    return bytes(pyvips.Operation.call("profile_load", name))  # pyright: ignore[reportArgumentType]


def photo(
    height: int, width: int, space: Space = "rgb", *, alpha: bool = False, deep: bool = False, **more: Any
) -> Photo:
    """Return a photo of noise."""
    kind = np.uint16 if deep else np.uint8
    shape = (height, width, COLOURS[space] + alpha)
    pixels = np.random.default_rng(7).integers(0, np.iinfo(kind).max + 1, shape).astype(kind)
    return Photo(pixels, space, alpha, **more)


def quarters(height: int = 48, width: int = 64) -> np.ndarray:
    """Return HxWx3 uint8: red, green, blue and grey quarters, which tell every orientation from every other."""
    pixels = np.full((height, width, 3), 200, np.uint8)
    pixels[: height // 2, : width // 2] = (220, 40, 30)
    pixels[: height // 2, width // 2 :] = (40, 200, 60)
    pixels[height // 2 :, : width // 2] = (30, 60, 220)
    return pixels


def camera_exif(orientation: int = 6, *, size: tuple[int, int] = (64, 48), note: bytes = MAKER_NOTE) -> bytes:
    """Return what a phone writes: model, date, maker note, GPS, the picture's size and a thumbnail."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = orientation, "Maker", "Model 7"
    inner = exif.get_ifd(0x8769)
    inner[0x9003], inner[0x927C] = "2020:01:02 03:04:05", note
    inner[0xA002], inner[0xA003] = size
    position = exif.get_ifd(0x8825)
    position[1], position[2] = "N", (47.0, 22.0, 30.5)
    return with_thumbnail(exif.tobytes().removeprefix(b"Exif\0\0"))


def with_thumbnail(exif: bytes, thumbnail: bytes = b"\xff\xd8THUMBNAIL\xff\xd9") -> bytes:
    """Return EXIF with a second directory, behind everything else, that holds a thumbnail."""
    order = "<" if exif[:2] == b"II" else ">"
    first = struct.unpack_from(order + "I", exif, 4)[0]
    link = first + 2 + 12 * struct.unpack_from(order + "H", exif, first)[0]
    exif += b"\0" * (len(exif) % 2)
    second = len(exif)
    entries = struct.pack(order + "HHHII", 2, 0x0201, 4, 1, second + 30)
    entries += struct.pack(order + "HHII", 0x0202, 4, 1, len(thumbnail)) + struct.pack(order + "I", 0)
    return exif[:link] + struct.pack(order + "I", second) + exif[link + 4 :] + entries + thumbnail


def saved(pixels: np.ndarray, kind: str, **how: Any) -> bytes:
    """Return a file as Pillow, an outside writer, makes it."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, **how)
    return buffer.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, depth: int, colour: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """Return a PNG file from its uncompressed rows, each behind a filter byte."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(kind, content) for kind, content in body)


def raw(name: str, content: bytes) -> bytes:
    """Return a text as ImageMagick writes what PNG had no place for."""
    digits = content.hex()
    lines = "\n".join(digits[place : place + 72] for place in range(0, len(digits), 72))
    return f"\n{name}\n{len(content):8d}\n{lines}\n".encode()


def compressed(key: str, content: bytes) -> tuple[bytes, bytes]:
    return b"zTXt", key.encode() + b"\0\0" + zlib.compress(content)


def png_of(*chunks: tuple[bytes, bytes], behind: bool) -> bytes:
    """Return a PNG file of quarters with chunks before its pixels, or behind them."""
    plain = saved(quarters(), "PNG")
    place = len(plain) - 12 if behind else 33
    return plain[:place] + b"".join(png_chunk(*chunk) for chunk in chunks) + plain[place:]
