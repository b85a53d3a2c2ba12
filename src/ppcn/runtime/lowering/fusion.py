"""Operator fusion: groups of ONNX operators that the compiled kernel runs as one, matched from their last operator."""

from typing import Any, NamedTuple

import numpy as np

from ppcn.runtime.lowering.constant_folding import Array
from ppcn.runtime.lowering.onnx_graph import Node

# Operators that begin a group: their results are no maps, or maps of another size, or parts of maps.
BEGINNINGS = {"ReduceMean", "Shape", "Split", "MaxPool", "Clip"}
SWISH = (-2.4475, 2.4475, 0.0039086342, 0.055, 0.3935, 0.5)  # clip limits and coefficients, as in networks.safmn


class LayerNorm(NamedTuple):
    """Layer normalisation over the channels of each pixel, with a scale and a shift for each channel."""

    source: str
    scale: Array
    shift: Array
    epsilon: float


class MultiScale(NamedTuple):
    """SAFMN's multi-scale convolution: parts of the channels are max-pooled, convolved and upsampled (nearest).

    ``sides`` are the sides of the pooling windows of each part; the convolution is depthwise, 3x3.
    """

    source: str
    sides: list[int]
    weights: Array  # channels x 1 x 3 x 3
    bias: Array


class Swish(NamedTuple):
    """SAFMN's activation, a clipped polynomial times its argument."""

    source: str


class _NoMatchError(Exception):
    pass


class Fusion:
    """Matches groups of operators; ``maps`` are those of the graph's inputs that are maps.

    ``pending`` are the operators that may belong to a group, by the names of their results.
    """

    def __init__(self, constants: dict[str, Array], maps: list[str]) -> None:
        self.constants = constants
        self.maps = maps
        self.pending: dict[str, Node] = {}

    def add(self, node: Node) -> LayerNorm | MultiScale | Swish | None:
        """Return the group that this operator completes, or None after noting the operator."""
        try:
            if node.operator == "Add":
                return self._layer_norm(node)
            if node.operator == "Mul":
                return self._swish(node)
            if node.operator == "Concat" and node.attributes["axis"] == 1:
                return self._multi_scale(node)
        except _NoMatchError:
            pass
        self.pending.update(dict.fromkeys(node.outputs, node))
        return None

    def _layer_norm(self, end: Node) -> LayerNorm:
        scaled, shift = end.inputs
        normal, scale = self._made_by("Mul", scaled).inputs
        deviation, factor = self._made_by("Mul", normal).inputs
        root = self._made_by("Reciprocal", factor).inputs[0]
        variance, epsilon = self._made_by("Add", self._made_by("Sqrt", root).inputs[0]).inputs
        squares = self._made_by("Mul", self._mean_of(variance)).inputs
        source, mean = self._made_by("Sub", deviation).inputs
        _require(squares == [deviation, deviation] and self._mean_of(mean) == source)
        return LayerNorm(
            source, self._constant(scale).ravel(), self._constant(shift).ravel(), self._constant(epsilon).item()
        )

    def _swish(self, end: Node) -> Swish:
        source, gate = end.inputs
        rest, half = self._made_by("Add", gate).inputs
        clipped, rest = self._made_by("Mul", rest).inputs
        rest, first = self._made_by("Add", rest).inputs
        rest, square = self._made_by("Mul", rest).inputs
        rest, third = self._made_by("Sub", rest).inputs
        again, fifth = self._made_by("Mul", rest).inputs
        before, low, high = self._made_by("Clip", clipped).inputs
        _require(before == source and again == square and self._made_by("Mul", square).inputs == [clipped, clipped])
        constants = [self._constant(name).item() for name in (low, high, fifth, third, first, half)]
        _require(np.allclose(constants, SWISH, rtol=1e-6, atol=0))
        return Swish(source)

    def _mean_of(self, name: str) -> str:
        node = self._made_by("ReduceMean", name)
        _require(self._constant(node.inputs[1]).tolist() == [1] and node.attributes["keepdims"])
        return node.inputs[0]

    def _multi_scale(self, end: Node) -> MultiScale:
        parts = [self._part(name) for name in end.inputs]
        split = self._made_by("Split", parts[0][0])
        _require([name for name, *_ in parts] == split.outputs and len(split.inputs) == 1)
        _require(split.attributes["axis"] == 1 and len({len(bias) for *_, bias in parts}) == 1)
        weights, bias = (np.concatenate([part[i] for part in parts]) for i in (2, 3))
        return MultiScale(split.inputs[0], [side for _, side, *_ in parts], weights, bias)

    def _part(self, name: str) -> tuple[str, int, Array, Array]:
        """Return the source of one part, the side of its pooling windows, its weights and biases."""
        _require(name in self.pending)
        side = 1
        if self.pending[name].operator == "Slice":
            resize = self._made_by("Resize", self._uncut(self._uncut(name, axis=3), axis=2))
            _has(resize, mode="nearest", nearest_mode="floor", coordinate_transformation_mode="asymmetric")
            side = int(self._constant(resize.inputs[2])[-1])
            _require(self._constant(resize.inputs[2]).tolist() == [1, 1, side, side])
            name = resize.inputs[0]
        conv = self._made_by("Conv", name)
        _require(len(conv.inputs) == 3)
        weights, bias = (self._constant(each) for each in conv.inputs[1:])
        _has(conv, group=len(weights), pads=[1] * 4, strides=[1, 1], dilations=[1, 1])
        _require(weights.shape[1:] == (1, 3, 3))
        name = conv.inputs[0]
        if side > 1:
            pool = self._made_by("MaxPool", name)
            _has(pool, kernel_shape=[side] * 2, strides=[side] * 2, pads=[0] * 4, dilations=[1, 1], ceil_mode=1)
            name = pool.inputs[0]
        return name, side, weights, bias

    def _uncut(self, name: str, axis: int) -> str:
        """Return the map that was cut to an input's number of rows (axis 2) or columns (axis 3)."""
        before, start, end, *more = self._made_by("Slice", name).inputs
        size = self._made_by("Shape", end)
        _has(size, start=axis, end=axis + 1)
        _require(size.inputs[0] in self.maps)
        _require([self._constant(each).tolist() for each in (start, *more)] == [[0], [axis], [1]])
        return before

    def _made_by(self, operator: str, name: str) -> Node:
        _require(name in self.pending and self.pending[name].operator == operator)
        return self.pending[name]

    def _constant(self, name: str) -> Array:
        _require(name in self.constants)
        return self.constants[name]


def _has(node: Node, **attributes: Any) -> None:
    _require(all(node.attributes.get(name) == value for name, value in attributes.items()))


def _require(fits: object) -> None:
    if not fits:
        raise _NoMatchError
