"""Directories of tags (TIFF 6.0, section 2), of which TIFF files and EXIF are made."""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

EXIF_IFD, GPS_IFD, INTEROPERABILITY_IFD = 0x8769, 0x8825, 0xA005
SHORT, LONG, RATIONAL, SIGNED_RATIONAL = 3, 4, 5, 10
SIZES = {1: 1, 2: 1, SHORT: 2, LONG: 4, RATIONAL: 8, 6: 1, 7: 1, 8: 2, 9: 4, SIGNED_RATIONAL: 8, 11: 4, 12: 8}

_INSIDE = {0: (EXIF_IFD, GPS_IFD), EXIF_IFD: (INTEROPERABILITY_IFD,)}
_UNITS = {1: "B", 2: "H", 4: "I", 8: "Q"}  # of array, by their bytes


def byte_order(data: bytes | bytearray) -> str | None:
    """Return the byte order that a TIFF header announces, as ``struct`` writes it; None for no such header."""
    return {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(data[:4])) if len(data) >= 8 else None


def entries(data: bytes | bytearray, order: str, directory: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield tag, type, count and the offset of the value field of each entry of a directory that lies in the data."""
    if not 8 <= directory <= len(data) - 2:
        return
    count = struct.unpack_from(order + "H", data, directory)[0]
    for entry in range(directory + 2, min(directory + 2 + 12 * count, len(data) - 11), 12):
        yield *struct.unpack_from(order + "HHI", data, entry), entry + 8


@dataclass
class Directory:
    """Tags with their type and their value (little-endian), and the directories that hang on some tags."""

    values: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    inner: dict[int, "Directory"] = field(default_factory=dict)


def parse(data: bytes) -> Directory:
    """Return the first directory of a TIFF file or an EXIF block; what is damaged, or BigTIFF, is left out."""
    order = byte_order(data)
    return _parse(data, order, struct.unpack_from(order + "I", data, 4)[0], 0) if order else Directory()


def _parse(data: bytes, order: str, start: int, name: int) -> Directory:
    directory, room = Directory(), len(data)
    for tag, kind, number, place in entries(data, order, start):
        size = SIZES.get(kind, 0) * number
        if size > 4:
            place = struct.unpack_from(order + "I", data, place)[0]  # noqa: PLW2901
        value = data[place : place + size] if size <= room else b""
        if not value or len(value) < size:
            continue
        room -= size  # values that overlap could make gigabytes of a small file
        if order == ">":
            units = array(_UNITS[4 if kind in (RATIONAL, SIGNED_RATIONAL) else SIZES[kind]], value)
            units.byteswap()
            value = units.tobytes()
        if tag in _INSIDE.get(name, ()) and kind == LONG:
            directory.inner[tag] = _parse(data, order, struct.unpack("<I", value[:4])[0], tag)
        else:
            directory.values[tag] = (kind, value)
    return directory


def pack(directory: Directory, start: int) -> bytes:
    """Return a directory, little-endian, as it lies at the offset ``start``, followed by all that it points to."""
    tags = sorted(directory.values.keys() | directory.inner.keys())
    table, rest = bytearray(), bytearray()
    behind = start + 2 + 12 * len(tags) + 4
    for tag in tags:
        if tag in directory.inner:
            kind, value, number = LONG, struct.pack("<I", behind + len(rest)), 1
            rest += pack(directory.inner[tag], behind + len(rest))
        else:
            kind, value = directory.values[tag]
            number = len(value) // SIZES[kind]
            if len(value) > 4:
                content, value = value, struct.pack("<I", behind + len(rest))
                rest += content
        rest += bytes(len(rest) % 2)
        table += struct.pack("<HHI", tag, kind, number) + value.ljust(4, b"\0")
    return struct.pack("<H", len(tags)) + bytes(table) + struct.pack("<I", 0) + bytes(rest)
