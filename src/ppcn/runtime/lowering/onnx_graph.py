"""Reading the small ONNX graphs of stages without the package onnx, which weighs more than all the rest of ppcn.

An ONNX file is a protocol-buffers message, whose fields https://github.com/onnx/onnx/blob/main/onnx/onnx.proto numbers.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ppcn import protobuf
from ppcn.protobuf import Fields

TYPES = {1: np.dtype("<f4"), 7: np.dtype("<i8")}  # of tensors: float, int64


class Node(NamedTuple):
    """One operator. An attribute's value is a number, text, or a list of integers."""

    operator: str
    inputs: list[str]
    outputs: list[str]
    attributes: dict[str, Any]


class Graph(NamedTuple):
    """Operators in the order they run, constants by name, and the shape of each input by name (free sizes are 0)."""

    nodes: list[Node]
    constants: dict[str, NDArray[Any]]
    inputs: dict[str, tuple[int, ...]]
    outputs: list[str]


def parse(model: bytes) -> Graph:
    """Return a serialised model's graph; raise ValueError for bytes, or a kind of tensor, that cannot be read."""
    try:
        fields = _graph(protobuf.parse(model))
        constants = [_tensor(tensor) for tensor in fields[5]]
        return Graph([_node(node) for node in fields[1]], dict(constants), *_borders(fields))
    except (IndexError, KeyError, ValueError) as error:
        raise ValueError(f"not a readable ONNX graph ({error!r})") from error


def metadata(model: bytes) -> dict[str, str]:
    """Return a serialised model's metadata; raises ValueError for bytes that are no ONNX model."""
    try:
        fields = protobuf.parse(model)
        if not fields[7]:
            raise KeyError("no graph")
        return {_text(entry[1]): _text(entry[2]) for entry in map(protobuf.parse, fields[14])}
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"not a readable ONNX model ({error!r})") from error


def initializers(model: bytes) -> dict[str, bytes]:
    """Return a serialised model's constants by name, serialised; raises ValueError for bytes that are no ONNX model."""
    try:
        return {_text(protobuf.parse(tensor)[8]): tensor for tensor in _graph(protobuf.parse(model))[5]}
    except (IndexError, ValueError) as error:
        raise ValueError(f"not a readable ONNX model ({error!r})") from error


def with_initializers(model: bytes, tensors: Iterable[bytes]) -> bytes:
    """Return a serialised model with more constants."""
    return model + protobuf.field(7, b"".join(protobuf.field(5, tensor) for tensor in tensors))


def _graph(model: Fields) -> Fields:
    """Return a model's graph; its parts, where there are several, are parts of one message. ValueError for none."""
    if not model[7]:
        raise ValueError("no graph")
    return protobuf.parse(b"".join(model[7]))


def _borders(fields: Fields) -> tuple[dict[str, tuple[int, ...]], list[str]]:
    inputs = {}
    for value in map(protobuf.parse, fields[11]):
        tensor = protobuf.parse(protobuf.parse(value[2][0])[1][0])
        sizes = [protobuf.parse(size) for size in protobuf.parse(tensor[2][0])[1]]
        inputs[_text(value[1])] = tuple(size[1][0] if size[1] else 0 for size in sizes)
    return inputs, [_text(protobuf.parse(value)[1]) for value in fields[12]]


def _node(data: bytes) -> Node:
    fields = protobuf.parse(data)
    attributes = dict(map(_attribute, fields[5]))
    inputs, outputs = ([name.decode() for name in fields[number]] for number in (1, 2))
    return Node(_text(fields[4]), inputs, outputs, attributes)


def _attribute(data: bytes) -> tuple[str, Any]:
    fields = protobuf.parse(data)
    if fields[2]:
        value = float(np.frombuffer(fields[2][0], "<f4")[0])
    elif fields[4]:
        value = _text(fields[4])
    else:
        value = fields[3][0] if fields[3] else _integers(fields[8])
    return _text(fields[1]), value


def _tensor(data: bytes) -> tuple[str, NDArray[Any]]:
    fields = protobuf.parse(data)
    values = np.frombuffer(fields[9][0], TYPES[fields[2][0]])
    return _text(fields[8]), values.reshape(_integers(fields[1]))


def _integers(values: list[Any]) -> list[int]:
    """Return repeated integers, which may be packed; all that matter here are small and not negative."""
    found = []
    for value in values:
        if isinstance(value, bytes):
            position = 0
            while position < len(value):
                number, position = protobuf.varint(value, position)
                found.append(number)
        else:
            found.append(value)
    return found


def _text(values: list[Any]) -> str:
    return values[-1].decode()
