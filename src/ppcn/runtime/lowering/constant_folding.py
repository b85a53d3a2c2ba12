"""What a stage's graph computes from constants and statistics alone: small, so that NumPy does it, once a sweep."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.runtime.lowering.onnx_graph import Node

Array = NDArray[Any]
Known = dict[str, Array]  # by name
# Sums and products of a map with small values: operation, name of the value, whether that comes first.
Chain = tuple[tuple[str, str, bool], ...]

OPERATIONS: dict[str, Callable[..., Array]] = {
    "Identity": lambda _, x: x,
    "Add": lambda _, x, y: x + y,
    "Sub": lambda _, x, y: x - y,
    "Mul": lambda _, x, y: x * y,
    "Div": lambda _, x, y: x / y,
    "Sqrt": lambda _, x: np.sqrt(x),
    "Reciprocal": lambda _, x: 1 / x,
    "Reshape": lambda _, x, shape: x.reshape(shape),
    "ReduceMean": lambda node, x, axes: x.mean(tuple(axes), keepdims=bool(node.attributes["keepdims"])),
}


def compute(nodes: Iterable[Node], known: Known) -> None:
    """Add to what is known what the nodes, in order, make of it; raises KeyError where one needs more."""
    for node in nodes:
        known[node.outputs[0]] = OPERATIONS[node.operation](node, *(known[name] for name in node.inputs))


def scale_and_shift(chain: Chain, channels: int, known: Known) -> tuple[Array, Array]:
    """Return what a chain comes to, for each channel, in float32; raises ValueError for a division by the map."""
    scale, shift = np.ones(channels), np.zeros(channels)
    for operation, name, first in chain:
        value = np.broadcast_to(known[name].astype(np.float64).ravel(), channels)
        match operation:
            case "Add":
                shift = shift + value
            case "Sub" if first:
                scale, shift = -scale, value - shift
            case "Sub":
                shift = shift - value
            case "Mul":
                scale, shift = scale * value, shift * value
            case "Div" if not first:
                scale, shift = scale / value, shift / value
            case _:
                raise ValueError("division by a map")
    return scale.astype(np.float32), shift.astype(np.float32)
