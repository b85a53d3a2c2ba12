"""Several pictures in one JPEG file (Multi-Picture Format, CIPA DC-007): the photo, and others behind it."""

import struct
from collections.abc import Iterator

from ppcn.images.metadata.tiff_directory import LONG, UNDEFINED, Directory, byte_order, pack, parse

NAME = b"MPF\0"
VERSION, COUNT, ENTRIES = 0xB000, 0xB001, 0xB002
PRIMARY = 0x030000  # the type of the photo itself; of what is none of the types that the standard names, 0
THUMBNAILS = (0x010001, 0x010002)
_HEADER = b"II*\0\x08\0\0\0"


def further(content: bytes, place: int) -> Iterator[tuple[int, int, int]]:
    """Yield the type, the start and the size of each picture but the first, from the index (without ``NAME``).

    ``place`` is where the index lies in the file. What is damaged is left out.
    """
    order = byte_order(content)
    table = parse(content).values.get(ENTRIES, (UNDEFINED, b""))[1] if order else b""
    for at in range(16, len(table) - 15, 16):
        kind, size, offset = struct.unpack_from(f"{order}III", table, at)
        yield kind & 0xFFFFFF, place + offset, size


def index(first: int, place: int, sizes: list[int]) -> bytes:
    """Return the index of a file: ``first`` bytes of the photo, in which it lies at ``place``, then others' sizes.

    It is as long for the same number of pictures, whatever their sizes.
    """
    table, start = struct.pack("<IIII", PRIMARY, first, 0, 0), first - place
    for size in sizes:
        table += struct.pack("<IIII", 0, size, start, 0)
        start += size
    count = struct.pack("<I", 1 + len(sizes))
    values = {VERSION: (UNDEFINED, b"0100"), COUNT: (LONG, count), ENTRIES: (UNDEFINED, table)}
    return _HEADER + pack(Directory(values), len(_HEADER))
