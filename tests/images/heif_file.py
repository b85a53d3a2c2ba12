"""HEIC files whose picture is made of others, put together from the coded picture of a file of tests/images/data."""

import struct
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from motion_photo import box

SIDE = 64  # of the coded picture
LARGEST = 0xFFFF  # of an overlay's background
_FILE = (Path(__file__).parent / "data" / "display_p3_turned.heic").read_bytes()
CODED = _FILE[_FILE.index(b"mdat") + 4 :][:0xF3]
SETTINGS = _FILE[_FILE.index(b"hvcC") - 4 :][:118]

Item = tuple[int, bytes, bytes, int]  # number, type, content, and the one of the properties that it has beside SETTINGS


def full(kind: bytes, content: bytes, version: int = 0) -> bytes:
    return box(kind, bytes((version, 0, 0, 0)) + content)


def size(width: int, height: int) -> bytes:
    return full(b"ispe", struct.pack(">II", width, height))


def overlay(parts: int, width: int = SIDE, height: int = SIDE) -> bytes:
    """Return the content of a picture that is made of others, one above the other."""
    return struct.pack(">BBHHHHHH", 0, 0, 0, 0, 0, LARGEST, width, height) + bytes(4 * parts)


def heif(
    items: Sequence[Item], references: Sequence[tuple[int, Sequence[int]]], *sizes: bytes, primary: int = 1
) -> bytes:
    """Return a file of items, and of which of them which are made; items without content have the coded picture."""
    kind = box(b"ftyp", b"heic" + bytes(4) + b"mif1heic")

    def meta(start: int) -> bytes:
        places, place = b"", start + len(CODED)
        for number, _, content, _ in items:
            places += struct.pack(">HHHII", number, 0, 1, place if content else start, len(content or CODED))
            place += len(content)
        entries = b"".join(full(b"infe", struct.pack(">HH4sB", number, 0, name, 0), 2) for number, name, *_ in items)
        properties = b"".join(
            struct.pack(">HBB", number, 1, about) if content else struct.pack(">HBBB", number, 2, 1, about)
            for number, _, content, about in items
        )
        made_of = b"".join(
            box(b"dimg", struct.pack(f">HH{len(parts)}H", number, len(parts), *parts)) for number, parts in references
        )
        return full(
            b"meta",
            full(b"hdlr", bytes(4) + b"pict" + bytes(13))
            + full(b"pitm", struct.pack(">H", primary))
            + full(b"iloc", b"\x44\0" + struct.pack(">H", len(items)) + places)
            + full(b"iinf", struct.pack(">H", len(items)) + entries)
            + box(b"iprp", box(b"ipco", SETTINGS + b"".join(sizes))
                  + full(b"ipma", struct.pack(">I", len(items)) + properties))
            + full(b"iref", made_of),
        )  # fmt: skip

    start = len(kind) + len(meta(0)) + 8
    return kind + meta(start) + box(b"mdat", CODED + b"".join(content for _, _, content, _ in items))


def doubling(levels: int, *, primary: int = 1) -> bytes:
    """Return a file whose picture is made of two, each of which is made of the same two, and so on."""
    rows = [[1], *([10 + 2 * level, 11 + 2 * level] for level in range(levels))]
    items: list[Item] = [(number, b"iovl", overlay(2), 2) for row in rows[:-1] for number in row]
    items += [(number, b"hvc1", b"", 2) for number in rows[-1]]
    references = [(number, below) for row, below in pairwise(rows) for number in row]
    return heif(items, references, size(SIDE, SIDE), primary=primary)


def fan(parts: int, declared: int = SIDE) -> bytes:
    """Return a file whose picture is made of many, all of ``declared`` pixels each way."""
    numbers = list(range(2, 2 + parts))
    items: list[Item] = [(1, b"iovl", overlay(parts), 3), *((number, b"hvc1", b"", 2) for number in numbers)]
    return heif(items, [(1, numbers)], size(declared, declared), size(SIDE, SIDE))
