"""Operations that only together are what the compiled kernel knows: what they come to, seen from the last one."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ppcn.runtime.lowering.constant_folding import Array
from ppcn.runtime.lowering.onnx_graph import Node

# Whose result is no map, or one of another size, or a part of one.
BEGINNINGS = {"ReduceMean", "Shape", "Split", "MaxPool", "Clip"}
SWISH = (-2.4475, 2.4475, 0.0039086342, 0.055, 0.3935, 0.5)  # its ends and powers, in networks.safmn and the kernel


@dataclass(frozen=True)
class Normalisation:
    """A map's channels with mean 0 and variance 1 in each pixel, then a scale and a shift for each."""

    source: str
    scale: Array
    shift: Array
    epsilon: float


@dataclass(frozen=True)
class Windows:
    """For each part of a map's channels: the largest value of each window, 3x3 of these, back in its pixels."""

    source: str
    sides: list[int]
    weights: Array  # channels x 1 x 3 x 3
    bias: Array


@dataclass(frozen=True)
class Swish:
    """The function of SAFMN, which the kernel knows as one."""

    source: str


class _NoMatchError(Exception):
    pass


@dataclass
class Patterns:
    """The operations that were begun, by what they make; ``maps`` are the graph's inputs that are maps."""

    constants: dict[str, Array]
    maps: list[str]
    begun: dict[str, Node] = field(default_factory=dict)

    def add(self, node: Node) -> Normalisation | Windows | Swish | None:
        """Return what this operation completes, if anything; else note it."""
        try:
            if node.operation == "Add":
                return self._normalisation(node)
            if node.operation == "Mul":
                return self._swish(node)
            if node.operation == "Concat" and node.attributes["axis"] == 1:
                return self._windows(node)
        except _NoMatchError:
            pass
        self.begun.update(dict.fromkeys(node.outputs, node))
        return None

    def _normalisation(self, end: Node) -> Normalisation:
        scaled, shift = end.inputs
        normal, scale = self._made_by("Mul", scaled).inputs
        deviation, factor = self._made_by("Mul", normal).inputs
        root = self._made_by("Reciprocal", factor).inputs[0]
        variance, epsilon = self._made_by("Add", self._made_by("Sqrt", root).inputs[0]).inputs
        squares = self._made_by("Mul", self._mean_of(variance)).inputs
        source, mean = self._made_by("Sub", deviation).inputs
        _require(squares == [deviation, deviation] and self._mean_of(mean) == source)
        return Normalisation(
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

    def _windows(self, end: Node) -> Windows:
        parts = [self._part(name) for name in end.inputs]
        split = self._made_by("Split", parts[0][0])
        _require([name for name, *_ in parts] == split.outputs and len(split.inputs) == 1)
        _require(split.attributes["axis"] == 1 and len({len(bias) for *_, bias in parts}) == 1)
        weights, bias = (np.concatenate([part[i] for part in parts]) for i in (2, 3))
        return Windows(split.inputs[0], [side for _, side, *_ in parts], weights, bias)

    def _part(self, name: str) -> tuple[str, int, Array, Array]:
        """Return the part of a map that windows lie in, their side, weights and biases."""
        _require(name in self.begun)
        side = 1
        if self.begun[name].operation == "Slice":
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
        """Return the map whose rows or columns were cut to the number of an input's."""
        before, start, end, *more = self._made_by("Slice", name).inputs
        size = self._made_by("Shape", end)
        _has(size, start=axis, end=axis + 1)
        _require(size.inputs[0] in self.maps)
        _require([self._constant(each).tolist() for each in (start, *more)] == [[0], [axis], [1]])
        return before

    def _made_by(self, operation: str, name: str) -> Node:
        _require(name in self.begun and self.begun[name].operation == operation)
        return self.begun[name]

    def _constant(self, name: str) -> Array:
        _require(name in self.constants)
        return self.constants[name]


def _has(node: Node, **attributes: Any) -> None:
    _require(all(node.attributes.get(name) == value for name, value in attributes.items()))


def _require(fits: object) -> None:
    if not fits:
        raise _NoMatchError
