"""HEIF files of any items, put together from the coded pictures of others."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from motion_photo import box

from ppcn.images.formats.heif_items import items_of

SIDE = 64  # of the coded picture
LARGEST = 0xFFFF  # of an overlay's background
_FILE = (Path(__file__).parent / "data" / "display_p3_turned.heic").read_bytes()
CODED = _FILE[_FILE.index(b"mdat") + 4 :][:0xF3]
SETTINGS = _FILE[_FILE.index(b"hvcC") - 4 :][:118]
HANDLER = struct.pack(">I4sI4s4s13x", 33, b"hdlr", 0, bytes(4), b"pict")


@dataclass(frozen=True)
class Item:
    """An item: its number, its kind, its bytes, the properties that it has (boxes), and whether it is hidden."""

    number: int
    kind: bytes
    content: bytes
    properties: tuple[bytes, ...] = ()
    hidden: bool = False


Reference = tuple[bytes, int, Sequence[int]]  # the kind, an item, and those that it refers to


def full(kind: bytes, content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags) + content)


def size(width: int, height: int) -> bytes:
    return full(b"ispe", struct.pack(">II", width, height))


def overlay(parts: int, width: int = SIDE, height: int = SIDE) -> bytes:
    """Return the content of a picture that is made of others, one above the other."""
    return struct.pack(">BBHHHHHH", 0, 0, 0, 0, 0, LARGEST, width, height) + bytes(4 * parts)


def item_of(data: bytes, number: int, *, renumbered: int, hidden: bool = False, without: Sequence[bytes] = ()) -> Item:
    """Return an item of a file under another number, but for some kinds of properties."""
    found = items_of(data)
    properties = tuple(box(kind, content) for kind, content in found.properties[number] if kind not in without)
    return Item(renumbered, found.kinds[number], found.content(number), properties, hidden)


def written(
    items: Sequence[Item],
    references: Sequence[Reference] = (),
    *,
    brand: bytes = b"heic",
    primary: int = 1,
    wide: bool = False,
    in_meta: Sequence[int] = (),
    groups: bytes = b"",
) -> bytes:
    """Return a file of items; equal contents are stored once.

    ``wide`` numbers have 32 bits. The bytes of the items ``in_meta`` lie in the box "meta" (construction method 1).
    """
    number = ">I" if wide else ">H"
    kind = box(b"ftyp", brand + bytes(4) + b"mif1" + brand)
    inner = b"".join(item.content for item in items if item.number in in_meta)
    outer = list(dict.fromkeys(item.content for item in items if item.number not in in_meta))
    known = list(dict.fromkeys(each for item in items for each in item.properties))

    def place(item: Item, start: int) -> bytes:
        if item.number in in_meta:
            before = b"".join(other.content for other in items[: items.index(item)] if other.number in in_meta)
            method, begins = 1, len(before)
        else:
            method, begins = 0, start + sum(map(len, outer[: outer.index(item.content)]))
        return struct.pack(f"{number}HHHII", item.number, method, 0, 1, begins, len(item.content))

    def meta(start: int) -> bytes:
        entries = b"".join(
            full(
                b"infe", struct.pack(f"{number}H4sB", item.number, 0, item.kind, 0), 3 if wide else 2, int(item.hidden)
            )
            for item in items
        )
        having = b"".join(
            struct.pack(f"{number}B", item.number, len(item.properties))
            + b"".join(struct.pack(">H", 1 + known.index(each)) for each in item.properties)
            for item in items
            if item.properties
        )
        count = sum(bool(item.properties) for item in items)
        said = b"".join(
            box(name, struct.pack(f"{number}H{len(others)}{number[1]}", item, len(others), *others))
            for name, item, others in references
        )
        places = b"".join(place(item, start) for item in items)
        return full(
            b"meta",
            HANDLER
            + full(b"pitm", struct.pack(number, primary), int(wide))
            + full(b"iloc", b"\x44\0" + struct.pack(number, len(items)) + places, 2 if wide else 1)
            + full(b"iinf", struct.pack(number, len(items)) + entries, int(wide))
            + box(b"iprp", box(b"ipco", b"".join(known))
                  + full(b"ipma", struct.pack(">I", count) + having, int(wide), 1))
            + full(b"iref", said, int(wide))
            + (box(b"idat", inner) if inner else b"")
            + groups,
        )  # fmt: skip

    start = len(kind) + len(meta(0)) + 8
    return kind + meta(start) + box(b"mdat", b"".join(outer))


def heif(
    items: Sequence[tuple[int, bytes, bytes, bytes]],
    references: Sequence[tuple[int, Sequence[int]]],
    *,
    primary: int = 1,
) -> bytes:
    """Return a file of pictures (number, kind, content, size), and of which of them which are made.

    Those without content have the coded picture.
    """
    return written(
        [
            Item(number, kind, content or CODED, (extent,) if content else (SETTINGS, extent))
            for number, kind, content, extent in items
        ],
        [(b"dimg", number, parts) for number, parts in references],
        primary=primary,
    )


def doubling(levels: int, *, primary: int = 1) -> bytes:
    """Return a file whose picture is made of two, each of which is made of the same two, and so on."""
    rows = [[1], *([10 + 2 * level, 11 + 2 * level] for level in range(levels))]
    extent = size(SIDE, SIDE)
    items = [(number, b"iovl", overlay(2), extent) for row in rows[:-1] for number in row]
    items += [(number, b"hvc1", b"", extent) for number in rows[-1]]
    return heif(items, [(number, below) for row, below in pairwise(rows) for number in row], primary=primary)


def fan(parts: int, declared: int = SIDE) -> bytes:
    """Return a file whose picture is made of many; it has ``declared`` pixels each way, and they have."""
    numbers = list(range(2, 2 + parts))
    items = [(1, b"iovl", overlay(parts), size(SIDE, SIDE))]
    items += [(number, b"hvc1", b"", size(declared, declared)) for number in numbers]
    return heif(items, [(1, numbers)])
