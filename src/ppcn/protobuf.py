"""Reading protobuf's wire format, for ONNX graphs and TensorFlow checkpoints, without the packages that define them."""

from collections import defaultdict
from typing import Any

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5

Fields = dict[int, list[Any]]  # by number: numbers for varints, bytes for the rest


def varint(data: bytes, position: int) -> tuple[int, int]:
    """Return the unsigned number at a position, seven bits a byte, the lowest first, and the position after it."""
    byte = value = data[position]
    position, shift = position + 1, 7
    while byte >= 128:  # nearly never: keys and most sizes fit one byte
        byte = data[position]
        value += (byte - 1) << shift  # - 1 removes the continuation bit of the byte before
        position, shift = position + 1, shift + 7
    return value, position


def parse(message: bytes) -> Fields:
    """Return the fields of a message by number, each with all its values; a field that is not there has none.

    Raises ValueError or IndexError where the message is damaged.
    """
    fields: Fields = defaultdict(list)
    position, end = 0, len(message)
    while position < end:
        key, position = varint(message, position)
        number, kind = key >> 3, key & 7
        if kind == VARINT:
            value, position = varint(message, position)
            fields[number].append(value)
            continue
        if kind == BYTES:
            size, position = varint(message, position)
        else:
            size = {FIXED64: 8, FIXED32: 4}.get(kind, end)  # an unknown kind does not fit
        if position + size > end:
            raise ValueError("a field does not fit its message")
        fields[number].append(message[position : position + size])
        position += size
    return fields


def field(number: int, content: bytes) -> bytes:
    """Return a field of bytes as it stands in a message. Messages joined end to end are one with the fields of both."""
    return _varint(number << 3 | BYTES) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while value >= 128:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])
