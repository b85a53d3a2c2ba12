"""Constant folding: the part of a stage's graph that needs constants and statistics alone, computed once a sweep."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.runtime.lowering.onnx_graph import Node

Array = NDArray[Any]
Constants = dict[str, Array]  # by name
# Sums and products of a map with constants: operator, name of the constant, whether that is the first operand.
Affine = tuple[tuple[str, str, bool], ...]

OPERATORS: dict[str, Callable[..., Array]] = {
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


def fold(nodes: Iterable[Node], constants: Constants) -> None:
    """Add the results of the nodes, in order, to the constants; raises KeyError where an operand is none of them."""
    for node in nodes:
        constants[node.outputs[0]] = OPERATORS[node.operator](node, *(constants[name] for name in node.inputs))


def scale_and_shift(affine: Affine, channels: int, constants: Constants) -> tuple[Array, Array]:
    """Return affine operators as one scale and shift a channel; raises ValueError for a division by the map."""
    scale, shift = np.ones(channels), np.zeros(channels)
    for operator, name, first in affine:
        value = np.broadcast_to(constants[name].astype(np.float64).ravel(), channels)
        match operator:
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
