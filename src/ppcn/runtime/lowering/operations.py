"""What follows from statistics, as the few operations on tensors that a network's file knows (native/tensors.h)."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ppcn.runtime.lowering.constant_folding import OPERATORS, Array, Constants
from ppcn.runtime.lowering.onnx_graph import Node

NAMES = (
    *("Add", "Sub", "Mul", "Div", "Max", "Min", "Abs", "Sqrt", "Log", "Concat", "Reshape", "Transpose", "Slice"),
    *("ReduceMean", "MatMul", "Conv"),
)
CODES = {name: code for code, name in enumerate(NAMES)}


class Operation(NamedTuple):
    """An operator of ``CODES``, the numbers of its operands, and what else it needs."""

    operator: str
    operands: tuple[int, ...]
    numbers: tuple[int, ...] = ()


class Tensors:
    """Tensors by number: those of the statistic, constants, and results of operations.

    ``statistic`` are the names and shapes of the first ones, ``constants`` all constants of the graph. Shapes do not
    depend on the photo, so that they are found here, by a statistic of ones.
    """

    def __init__(self, statistic: Mapping[str, Sequence[int]], constants: Constants, nodes: Sequence[Node]) -> None:
        self._known: Constants = dict(constants)
        self._numbers = {name: number for number, name in enumerate(statistic)}
        self._given = len(statistic)
        self._constants: list[Array] = []
        self._made: list[Operation] = []
        for name, shape in statistic.items():
            self._known[name] = np.ones(shape, np.float32)
        self._results: dict[str, int] = {}
        with np.errstate(all="ignore"):  # of ones
            for node in nodes:
                operands = [self._known[name] if name else None for name in node.inputs]
                (result,) = node.outputs
                self._known[result] = OPERATORS[node.operator](node, *operands)
                if any(name in self._numbers or name in self._results for name in node.inputs):
                    self._results[result] = _WRITERS[node.operator](self, node)

    def tensor(self, name: str) -> int:
        """Return a tensor, for now: the results of operations are known by numbers below 0 (see ``numbered``)."""
        if name in self._numbers:
            return self._numbers[name]
        return self._results[name] if name in self._results else self.constant(self._known[name])

    def constant(self, values: Array) -> int:
        """Return the number of a new constant."""
        self._constants.append(np.asarray(values, np.float32))
        return self._given + len(self._constants) - 1

    def operation(self, operator: str, *operands: int, numbers: Sequence[int] = ()) -> int:
        """Add an operation; return its result, which is known by -1, -2, ... until all constants are there."""
        self._made.append(Operation(operator, operands, tuple(int(number) for number in numbers)))
        return -len(self._made)

    def numbered(self, tensor: int) -> int:
        """Return the final number of a tensor."""
        return tensor if tensor >= 0 else self._given + len(self._constants) - tensor - 1

    @property
    def constants(self) -> list[Array]:
        """All constants that operations and steps need, in the order of their numbers."""
        return self._constants

    @property
    def operations(self) -> list[Operation]:
        """All operations, in order, with the final numbers of their operands."""
        return [each._replace(operands=tuple(map(self.numbered, each.operands))) for each in self._made]

    def _shape(self, name: str) -> tuple[int, ...]:
        return self._known[name].shape

    def _axes(self, node: Node) -> list[int]:
        rank = len(self._shape(node.inputs[0]))
        return [int(axis) % rank for axis in self._known[node.inputs[1]]]

    # One function for each operator of constant folding: all return the result.

    def _same(self, node: Node) -> int:
        """An operator that the file knows, of tensors alone."""
        return self.operation(node.operator, *map(self.tensor, node.inputs))

    def _identity(self, node: Node) -> int:
        return self.tensor(node.inputs[0])

    def _reciprocal(self, node: Node) -> int:
        return self.operation("Div", self.constant(np.ones(1)), self.tensor(node.inputs[0]))

    def _clip(self, node: Node) -> int:
        result = self.tensor(node.inputs[0])
        for operator, limit in zip(("Max", "Min"), node.inputs[1:], strict=False):
            if limit:
                result = self.operation(operator, result, self.tensor(limit))
        return result

    def _leaky_relu(self, node: Node) -> int:
        x, slope = self.tensor(node.inputs[0]), node.attributes["alpha"]
        if not 0 <= slope <= 1:
            raise ValueError("LeakyRelu with a slope outside 0 to 1")
        return self.operation("Max", x, self.operation("Mul", x, self.constant(np.full(1, slope))))

    def _reshape(self, node: Node) -> int:
        return self.operation("Reshape", self.tensor(node.inputs[0]), numbers=self._shape(node.outputs[0]))

    def _concat(self, node: Node) -> int:
        axis = node.attributes["axis"] % len(self._shape(node.inputs[0]))
        return self.operation("Concat", *map(self.tensor, node.inputs), numbers=[axis])

    def _transpose(self, node: Node) -> int:
        return self.operation("Transpose", self.tensor(node.inputs[0]), numbers=node.attributes["perm"])

    def _slice(self, node: Node) -> int:
        shape = self._shape(node.inputs[0])
        cuts = {axis: (0, 1, side) for axis, side in enumerate(shape)}
        for start, end, axis, step in zip(*(self._known[name].tolist() for name in node.inputs[1:]), strict=True):
            places = range(shape[axis])[start:end:step]
            cuts[axis % len(shape)] = (places.start, places.step, len(places))
        numbers = [number for axis in sorted(cuts) for number in cuts[axis]]
        return self.operation("Slice", self.tensor(node.inputs[0]), numbers=numbers)

    def _mean(self, node: Node) -> int:
        mean = self.operation("ReduceMean", self.tensor(node.inputs[0]), numbers=self._axes(node))
        return (
            mean if node.attributes["keepdims"] else self.operation("Reshape", mean, numbers=self._shape(*node.outputs))
        )

    def _gemm(self, node: Node) -> int:
        x, weights, *bias = node.inputs
        axes = self.operation("Transpose", self.tensor(weights), numbers=[1, 0])
        result = self.operation("MatMul", self.tensor(x), axes)
        return self.operation("Add", result, self.tensor(bias[0])) if bias else result

    def _convolution(self, node: Node) -> int:
        x, weights, *bias = node.inputs
        numbers = [*node.attributes["strides"], *node.attributes["pads"]]
        result = self.operation("Conv", self.tensor(x), self.tensor(weights), numbers=numbers)
        if not bias:
            return result
        column = self.operation("Reshape", self.tensor(bias[0]), numbers=[len(self._known[bias[0]]), 1, 1])
        return self.operation("Add", result, column)


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
