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

NO_BIAS = np.zeros(1, np.float32)


def _convolution(node: Node, x: Array, weights: Array, bias: Array = NO_BIAS) -> Array:
    given = node.attributes
    if given["group"] != 1 or set(given["dilations"]) != {1}:
        raise ValueError("Conv of a statistic but in one group, without dilation")
    top, left, bottom, right = given["pads"]
    padded = np.pad(x, ((0, 0), (0, 0), (top, bottom), (left, right)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, weights.shape[2:], (2, 3))
    windows = windows[:, :, :: given["strides"][0], :: given["strides"][1]]
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(len(x), weights[0].size, -1)
    found = _product("ok,nkp->nop", weights.reshape(len(weights), -1), columns)
    return found.reshape(*found.shape[:2], *windows.shape[2:4]) + bias[:, None, None]


def _product(subscripts: str, *operands: Array) -> Array:
    """Return a sum of products in float64, rounded to float32, without BLAS.

    BLAS's threads spin for a while after a product, on cores that the kernel needs: a photo took a fifth longer.
    """
    exact = [operand.astype(np.float64) for operand in operands]
    return np.einsum(subscripts, *exact).astype(np.float32)


def _slice(_: Node, x: Array, starts: Array, ends: Array, axes: Array, steps: Array) -> Array:
    chosen = {
        axis: slice(*each) for axis, *each in zip(*map(np.ndarray.tolist, (axes, starts, ends, steps)), strict=True)
    }
    return x[tuple(chosen.get(axis, slice(None)) for axis in range(x.ndim))]


OPERATORS: dict[str, Callable[..., Array]] = {
    "Identity": lambda _, x: x,
    "Add": lambda _, x, y: x + y,
    "Sub": lambda _, x, y: x - y,
    "Mul": lambda _, x, y: x * y,
    "Div": lambda _, x, y: x / y,
    "Abs": lambda _, x: np.abs(x),
    "Clip": lambda _, x, low=None, high=None: np.clip(x, low, high),
    "Concat": lambda node, *x: np.concatenate(x, node.attributes["axis"]),
    "Conv": _convolution,
    "Gemm": lambda _, x, weights, bias=NO_BIAS: _product("nc,oc->no", x, weights) + bias,  # transB, as torch's Linear
    "LeakyRelu": lambda node, x: np.where(x < 0, x * np.float32(node.attributes["alpha"]), x),
    "Log": lambda _, x: np.log(x),
    "MatMul": lambda _, x, y: _product("...ij,...jk->...ik", x, y),
    "Max": lambda _, x, y: np.maximum(x, y),
    "Min": lambda _, x, y: np.minimum(x, y),
    "Slice": _slice,
    "Sqrt": lambda _, x: np.sqrt(x),
    "Transpose": lambda node, x: x.transpose(node.attributes["perm"]),
    "Unsqueeze": lambda _, x, axes: np.expand_dims(x, tuple(axes)),
    "Reciprocal": lambda _, x: 1 / x,
    "Reshape": lambda _, x, shape: x.reshape(shape),
    "ReduceMean": lambda node, x, axes: x.mean(tuple(axes), keepdims=bool(node.attributes["keepdims"])),
}


def fold(nodes: Iterable[Node], constants: Constants) -> None:
    """Add the results of the nodes, in order, to the constants; raises KeyError where an operand is none of them."""
    for node in nodes:
        operands = [constants[name] if name else None for name in node.inputs]  # an optional one may be missing
        constants[node.outputs[0]] = OPERATORS[node.operator](node, *operands)


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
