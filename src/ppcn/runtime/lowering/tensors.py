"""What follows from statistics, as the few operations on tensors that a network's file knows (native/tensors.h)."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ppcn.runtime.lowering.constant_folding import OPERATORS, Array, Constants
from ppcn.runtime.lowering.onnx_graph import Node

CODES = {
    "Add": 0,
    "Sub": 1,
    "Mul": 2,
    "Div": 3,
    "Max": 4,
    "Min": 5,
    "Abs": 6,
    "Sqrt": 7,
    "Log": 8,
    "Concat": 9,
    "Reshape": 10,
    "Transpose": 11,
    "Slice": 12,
    "ReduceMean": 13,
    "MatMul": 14,
    "Conv": 15,
}


class Operation(NamedTuple):
    """An operator of ``CODES``, the numbers of its operands, and what else it needs."""

    operator: str
    operands: tuple[int, ...]
    numbers: tuple[int, ...]


class Tensors:
    """Tensors by number: from 0 on those of the statistic and the results of operations, from -1 down constants.

    ``statistic`` are the names and shapes of the first ones, ``known`` all constants of the graph, ``nodes`` its
    operators that are folded. Shapes do not depend on the photo, so a statistic of ones tells them.
    """

    def __init__(self, statistic: Mapping[str, Sequence[int]], known: Constants, nodes: Sequence[Node]) -> None:
        self.constants: list[Array] = []
        self.operations: list[Operation] = []
        self._given = len(statistic)
        self._numbers = {name: number for number, name in enumerate(statistic)}
        self._known = known | {name: np.ones(shape, np.float32) for name, shape in statistic.items()}
        with np.errstate(all="ignore"):  # of ones
            for node in nodes:
                operands = [self._known[name] if name else None for name in node.inputs]
                (result,) = node.outputs
                self._known[result] = OPERATORS[node.operator](node, *operands)
                if any(name in self._numbers for name in node.inputs):
                    self._numbers[result] = _WRITERS[node.operator](self, node)

    def tensor(self, name: str) -> int:
        """Return the number of a tensor; what does not follow from the statistic is a constant."""
        return self._numbers[name] if name in self._numbers else self._constant(self._known[name])

    def _constant(self, values: Array) -> int:
        self.constants.append(np.asarray(values, np.float32))
        return -len(self.constants)

    def _operation(self, operator: str, *operands: int, numbers: Sequence[int] = ()) -> int:
        self.operations.append(Operation(operator, operands, tuple(int(number) for number in numbers)))
        return self._given + len(self.operations) - 1

    def _shape(self, name: str) -> tuple[int, ...]:
        return self._known[name].shape

    # One method for each operator of constant folding: all return the number of the result.

    def _same(self, node: Node) -> int:
        return self._operation(node.operator, *map(self.tensor, node.inputs))

    def _identity(self, node: Node) -> int:
        return self.tensor(node.inputs[0])

    def _reciprocal(self, node: Node) -> int:
        return self._operation("Div", self._constant(np.ones(1)), self.tensor(node.inputs[0]))

    def _clip(self, node: Node) -> int:
        result = self.tensor(node.inputs[0])
        for operator, limit in zip(("Max", "Min"), node.inputs[1:], strict=False):
            if limit:
                result = self._operation(operator, result, self.tensor(limit))
        return result

    def _leaky_relu(self, node: Node) -> int:
        x, slope = self.tensor(node.inputs[0]), node.attributes["alpha"]
        if not 0 <= slope <= 1:
            raise ValueError("LeakyRelu with a slope outside 0 to 1")
        return self._operation("Max", x, self._operation("Mul", x, self._constant(np.full(1, slope))))

    def _reshape(self, node: Node) -> int:
        return self._operation("Reshape", self.tensor(node.inputs[0]), numbers=self._shape(node.outputs[0]))

    def _concat(self, node: Node) -> int:
        axis = node.attributes["axis"] % len(self._shape(node.inputs[0]))
        return self._operation("Concat", *map(self.tensor, node.inputs), numbers=[axis])

    def _transpose(self, node: Node) -> int:
        return self._operation("Transpose", self.tensor(node.inputs[0]), numbers=node.attributes["perm"])

    def _slice(self, node: Node) -> int:
        shape = self._shape(node.inputs[0])
        cuts = {axis: (0, 1, side) for axis, side in enumerate(shape)}
        for start, end, axis, step in zip(*(self._known[name].tolist() for name in node.inputs[1:]), strict=True):
            places = range(shape[axis])[start:end:step]
            cuts[axis % len(shape)] = (places.start, places.step, len(places))
        numbers = [number for axis in sorted(cuts) for number in cuts[axis]]
        return self._operation("Slice", self.tensor(node.inputs[0]), numbers=numbers)

    def _mean(self, node: Node) -> int:
        rank = len(self._shape(node.inputs[0]))
        axes = [int(axis) % rank for axis in self._known[node.inputs[1]]]
        mean = self._operation("ReduceMean", self.tensor(node.inputs[0]), numbers=axes)
        if node.attributes["keepdims"]:
            return mean
        return self._operation("Reshape", mean, numbers=self._shape(node.outputs[0]))

    def _gemm(self, node: Node) -> int:
        x, weights, *bias = node.inputs
        axes = self._operation("Transpose", self.tensor(weights), numbers=[1, 0])
        result = self._operation("MatMul", self.tensor(x), axes)
        return self._operation("Add", result, self.tensor(bias[0])) if bias else result

    def _convolution(self, node: Node) -> int:
        x, weights, *bias = node.inputs
        numbers = [*node.attributes["strides"], *node.attributes["pads"]]
        result = self._operation("Conv", self.tensor(x), self.tensor(weights), numbers=numbers)
        if not bias:
            return result
        column = self._operation("Reshape", self.tensor(bias[0]), numbers=[len(self._known[bias[0]]), 1, 1])
        return self._operation("Add", result, column)


_WRITERS: dict[str, Callable[[Tensors, Node], int]] = {
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "Max", "Min", "Abs", "Sqrt", "Log", "MatMul"), Tensors._same),
    "Identity": Tensors._identity,
    "Reciprocal": Tensors._reciprocal,
    "Clip": Tensors._clip,
    "LeakyRelu": Tensors._leaky_relu,
    "Reshape": Tensors._reshape,
    "Unsqueeze": Tensors._reshape,
    "Concat": Tensors._concat,
    "Transpose": Tensors._transpose,
    "Slice": Tensors._slice,
    "ReduceMean": Tensors._mean,
    "Gemm": Tensors._gemm,
    "Conv": Tensors._convolution,
}
