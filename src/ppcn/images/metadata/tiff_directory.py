"""Directories of tags (TIFF 6.0, section 2), of which TIFF files and EXIF are made."""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

EXIF_IFD, GPS_IFD, INTEROPERABILITY_IFD = 0x8769, 0x8825, 0xA005
SHORT, LONG, RATIONAL, UNDEFINED, SIGNED_RATIONAL = 3, 4, 5, 7, 10
SIZES = {1: 1, 2: 1, SHORT: 2, LONG: 4, RATIONAL: 8, 6: 1, UNDEFINED: 1, 8: 2, 9: 4, SIGNED_RATIONAL: 8, 11: 4, 12: 8}
_LONGS = {13: 4, 16: 8, 18: 8}  # further types that are read as LONG: IFD, and BigTIFF's LONG8 and IFD8

# The tags of a TIFF file's directory that describe the photo, not how its pixels are stored: document, description,
# make, model, page name, software, date, artist, computer, copyright, ratings, the date it was taken, Windows's five.
DESCRIPTIVE = (269, 270, 271, 272, 285, 305, 306, 315, 316, 33432, 0x4746, 0x4749, 0x9003, *range(0x9C9B, 0x9CA0))

_INSIDE = {0: (EXIF_IFD, GPS_IFD), EXIF_IFD: (INTEROPERABILITY_IFD,)}
_UNITS = {1: "B", 2: "H", 4: "I", 8: "Q"}  # of array, by their bytes
_MOST_PAGES = 1000


def byte_order(data: bytes | bytearray) -> str | None:
    """Return the byte order that a TIFF header announces, as ``struct`` writes it; None for no such header."""
    return {b"II*\0": "<", b"MM\0*": ">"}.get(bytes(data[:4])) if len(data) >= 8 else None


def entries(
    data: bytes | bytearray, order: str, directory: int, *, big: bool = False
) -> Iterator[tuple[int, int, int, int]]:
    """Yield tag, type, count and the offset of the value field of each entry of a directory that lies in the data.

    ``big`` says that the directory is one of BigTIFF.
    """
    number, form = (order + "Q", order + "HHQ") if big else (order + "H", order + "HHI")
    start, size = directory + struct.calcsize(number), 20 if big else 12
    if not 8 <= directory <= len(data) - struct.calcsize(number):
        return
    count = struct.unpack_from(number, data, directory)[0]
    for entry in range(start, min(start + size * count, len(data) - size + 1), size):
        yield *struct.unpack_from(form, data, entry), entry + struct.calcsize(form)


@dataclass
class Directory:
    """Tags with their type and their value (little-endian), and the directories that hang on some tags."""

    values: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    inner: dict[int, "Directory"] = field(default_factory=dict)

    def number(self, tag: int, default: int) -> int:
        """Return the first number of a tag of whole numbers."""
        kind, value = self.values.get(tag, (LONG, default.to_bytes(4, "little")))
        return int.from_bytes(value[: SIZES[kind]], "little")


def parse(data: bytes) -> Directory:
    """Return the first directory of a TIFF file or an EXIF block; what is damaged is left out."""
    return next(pages(data), Directory())


def pages(data: bytes) -> Iterator[Directory]:
    """Yield the directories of a TIFF or BigTIFF file, one a page; what is damaged is left out."""
    big = data[:4] in (b"II+\0", b"MM\0+") and len(data) >= 16
    order = ("<" if data[:2] == b"II" else ">") if big else byte_order(data)
    link = 8 if big else 4
    seen: set[int] = set()
    while order and len(seen) < _MOST_PAGES:
        start = _offset(data, order, link, big=big)
        if not start or start in seen:
            return
        seen.add(start)
        yield _parse(data, order, start, 0, big=big)
        link = max((place for *_, place in entries(data, order, start, big=big)), default=0) + (8 if big else 4)


def _offset(data: bytes, order: str, place: int, *, big: bool) -> int:
    """Return an offset that stands in the data, 0 beyond its end."""
    form = order + ("Q" if big else "I")
    return struct.unpack_from(form, data, place)[0] if place + struct.calcsize(form) <= len(data) else 0


def _parse(data: bytes, order: str, start: int, name: int, *, big: bool) -> Directory:
    directory, room = Directory(), len(data)
    for tag, kind, number, place in entries(data, order, start, big=big):
        unit = SIZES.get(kind) or _LONGS.get(kind, 0)
        size = unit * number
        if size > (8 if big else 4):
            place = _offset(data, order, place, big=big)  # noqa: PLW2901
        value = data[place : place + size] if size <= room else b""
        if not value or len(value) < size:
            continue
        room -= size  # values that overlap could make gigabytes of a small file
        if order == ">":
            units = array(_UNITS[4 if kind in (RATIONAL, SIGNED_RATIONAL) else unit], value)
            units.byteswap()
            value = units.tobytes()
        if kind in _LONGS:
            kind, value = LONG, b"".join(value[at : at + 4] for at in range(0, size, unit))  # noqa: PLW2901
        if tag in _INSIDE.get(name, ()) and kind == LONG:
            directory.inner[tag] = _parse(data, order, struct.unpack("<I", value[:4])[0], tag, big=big)
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


def as_exif(*directories: Directory) -> bytes | None:
    """Return what directories of a TIFF file, of which the last ones count, say about the photo as EXIF, or None."""
    whole = Directory()
    for directory in directories:
        whole.values |= {tag: value for tag, value in directory.values.items() if tag in DESCRIPTIVE}
        whole.inner |= directory.inner
    if not whole.values and not whole.inner:
        return None
    return b"II*\0" + struct.pack("<I", 8) + pack(whole, 8)
