"""The little of protobuf's wire format that checkpoints use."""

from collections import defaultdict
from typing import Any

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the unsigned number at a position and the position after it."""
    value = shift = 0
    while True:
        byte = data[position]
        value |= (byte & 127) << shift
        position, shift = position + 1, shift + 7
        if byte < 128:
            return value, position


def parse(message: bytes) -> dict[int, list[Any]]:
    """Return the fields of a message by number, each with all its values: numbers for varints, bytes for the rest.

    Raises ValueError or IndexError where the message is damaged.
    """
    fields: dict[int, list[Any]] = defaultdict(list)
    position = 0
    while position < len(message):
        key, position = varint(message, position)
        number, kind = divmod(key, 8)
        if kind == VARINT:
            value, position = varint(message, position)
            fields[number].append(value)
            continue
        if kind == BYTES:
            size, position = varint(message, position)
        else:
            size = {FIXED64: 8, FIXED32: 4}.get(kind, -1)
        if size < 0 or position + size > len(message):
            raise ValueError("a field does not fit its message")
        fields[number].append(message[position : position + size])
        position += size
    return dict(fields)
