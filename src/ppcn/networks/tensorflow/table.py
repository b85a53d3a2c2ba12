"""TensorFlow's sorted-string tables (tensorflow/core/lib/io/table_format.txt; the same as LevelDB's)."""

import struct
from collections.abc import Iterator

from ppcn.protobuf import varint

FOOTER = 48
MAGIC = 0xDB4775248B80FB57


def is_table(data: bytes) -> bool:
    """Tell whether the bytes end as a table does."""
    return len(data) >= FOOTER and struct.unpack("<Q", data[-8:])[0] == MAGIC


def entries(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield a table's keys and values, in order; raises ValueError or IndexError where it is damaged."""
    if not is_table(data):
        raise ValueError("the file does not end as a table does")
    _, position = _handle(data, len(data) - FOOTER)
    index, _ = _handle(data, position)
    for _, handle in _block(data, *index):
        yield from _block(data, *_handle(handle, 0)[0])


def check(data: bytes, expected: bytes) -> None:
    """Raise ValueError unless the data's masked CRC-32C is the expected one (four bytes, little-endian)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC[(crc ^ byte) & 255] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    # The mask of LevelDB: a checksum of data that hold checksums would be weak.
    rotated = (crc >> 15 | crc << 17) & 0xFFFFFFFF
    if struct.pack("<I", (rotated + 0xA282EAD8) & 0xFFFFFFFF) != expected:
        raise ValueError("a checksum does not fit")


def _handle(data: bytes, position: int) -> tuple[tuple[int, int], int]:
    """Return a block's place (offset and size), and the position after it."""
    offset, position = varint(data, position)
    size, position = varint(data, position)
    return (offset, size), position


def _block(data: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Yield the entries of a block; each key says how many bytes it shares with the one before."""
    block = data[offset : offset + size]
    if data[offset + size]:
        raise ValueError("the table is compressed")
    check(data[offset : offset + size + 1], data[offset + size + 1 : offset + size + 5])
    (restarts,) = struct.unpack("<I", block[-4:])
    end = size - 4 - 4 * restarts
    position, key = 0, b""
    while position < end:
        shared, position = varint(block, position)
        own, position = varint(block, position)
        length, position = varint(block, position)
        key = key[:shared] + block[position : position + own]
        position += own
        yield key, block[position : position + length]
        position += length


def _crc_table() -> tuple[int, ...]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (0x82F63B78 if value & 1 else 0)  # noqa: PLW2901
        table.append(value)
    return tuple(table)


_CRC = _crc_table()
