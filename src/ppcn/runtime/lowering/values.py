"""The values of a graph while it is lowered: maps, and the operators on them that still wait to be emitted."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from ppcn.runtime.lowering.constant_folding import Affine
from ppcn.runtime.lowering.fusion import Fusion
from ppcn.runtime.lowering.onnx_graph import Graph, Node
from ppcn.runtime.lowering.padding import Axis, Padded
from ppcn.runtime.lowering.program import Program


class UnsupportedError(Exception):
    """A graph has an operator, or a form of one, that the kernel does not know."""


class Map(NamedTuple):
    """A value of the program, and the operators still to be applied: affine ones, then an activation."""

    value: int
    channels: int
    affine: Affine = ()
    activation: str = "leaky"  # or "tanh", "swish" (fusion.Swish), or "clip", to [0, 1]
    slope: float = 1.0  # of "leaky", below zero

    @property
    def done(self) -> bool:
        """Whether no operator is still to be applied."""
        return not self.affine and not self.active

    @property
    def active(self) -> bool:
        """Whether an activation is still to be applied."""
        return self.activation != "leaky" or self.slope != 1.0


class Convolution(NamedTuple):
    """A convolution that waits for the operators to be fused into it: activation, product and sum with a map."""

    node: Node
    pointwise: bool  # 1x1: only then a product or a sum can be fused
    activation: str = "leaky"
    slope: float = 1.0
    times: str | None = None
    plus: str | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing is fused yet."""
        return self == Convolution(self.node, self.pointwise)


class Values:
    """All values by name: what each is so far, and the program that they become."""

    def __init__(self, graph: Graph, inputs: list[str], program: Program) -> None:
        self.graph = graph
        self.program = program
        self.pointwise_steps: list[Map] = []
        self.grids: list[str] = []  # of the slices, in order
        self.maps = {name: Map(i, graph.inputs[name][1]) for i, name in enumerate(inputs)}
        self.uses = Counter(name for node in graph.nodes for name in node.inputs) + Counter(graph.outputs)
        self.convolutions: dict[str, Convolution] = {}
        self.padded: dict[str, Padded] = {}  # for a convolution that reads them
        self.fusion = Fusion(graph.constants, inputs)

    def is_map(self, name: str) -> bool:
        """Tell whether a value is computed from maps, not from constants and statistics alone."""
        return any(name in known for known in (self.maps, self.convolutions, self.padded, self.fusion.pending))

    def map(self, name: str) -> Map:
        """Return a map by name; a convolution that waits is emitted now."""
        if name in self.fusion.pending:
            raise UnsupportedError(f"{self.fusion.pending[name].operator} outside of a known group")
        if name in self.padded:
            raise UnsupportedError("padding that no convolution reads")
        if name in self.convolutions:
            self.emit_convolution(self.convolutions.pop(name), name)
        return self.maps[name]

    def finished(self, name: str) -> Map:
        """Return a map by name with all its operators applied."""
        before = self.map(name)
        if not before.done:
            self.maps[name] = self.emit_pointwise([before])
        return self.maps[name]

    def without_activation(self, name: str) -> Map:
        """Return a map by name that has no activation still to be applied."""
        return self.finished(name) if self.map(name).active else self.map(name)

    def activate(self, activation: str, name: str, result: str, slope: float = 1.0, uses: int = 1) -> None:
        """Note an activation of a map; ``uses`` of the graph's operators read the map for it."""
        before = self.convolutions.get(name)
        if before and self.uses[name] == uses and before.bare and activation != "tanh":
            self.convolutions[result] = self.convolutions.pop(name)._replace(activation=activation, slope=slope)
            return
        self.maps[result] = self.without_activation(name)._replace(activation=activation, slope=slope)

    def pad(self, name: str) -> Padded:
        """Return a map with its padding, which may be none."""
        return self.padded.get(name) or Padded(name, {2: Axis(), 3: Axis()})

    def emit_pointwise(self, maps: list[Map]) -> Map:
        """Add a step that applies the first map's operators, and adds the second map if there is one."""
        first = maps[0]
        value = self.program.pointwise([each.value for each in maps], first.activation, first.slope)
        self.pointwise_steps.append(first)
        return Map(value, first.channels)

    def emit_convolution(self, convolution: Convolution, result: str) -> None:
        """Add a convolution with what was fused into it."""
        node = convolution.node
        weights = self.graph.constants[node.inputs[1]]
        bias = self.graph.constants[node.inputs[2]] if len(node.inputs) > 2 else np.zeros(len(weights), np.float32)
        given, padded = node.attributes, self.padded.get(node.inputs[0])
        source = self.finished(padded.name if padded else node.inputs[0])
        stride, dilation = set(given["strides"]), set(given["dilations"])
        top, left, bottom, right = _mirrored(padded, given["pads"]) if padded else given["pads"]
        reach = [max(dilation) * (size - 1) for size in weights.shape[2:]]
        # All networks here keep the size, or divide it by the stride.
        same = [
            before + behind == across + 1 - max(stride)
            for before, behind, across in zip((top, left), (bottom, right), reach, strict=True)
        ]
        if len(stride) > 1 or len(dilation) > 1 or not all(same):
            raise UnsupportedError("Conv that does not keep the size")
        value = self.program.convolution(
            source.value,
            weights,
            bias,
            stride=max(stride),
            dilation=max(dilation),
            top=top,
            left=left,
            mirrored=padded is not None,
            function=convolution.activation,
            slope=convolution.slope,
            times=self.finished(convolution.times).value if convolution.times else -1,
            plus=self.finished(convolution.plus).value if convolution.plus else -1,
        )
        self.maps[result] = Map(value, len(weights))


def _mirrored(padded: Padded, pads: list[int]) -> list[int]:
    """Return by how many rows and columns padding mirrors a map, in the order of ``pads``: top, left, bottom, right."""
    rows, columns = padded.axes[2].mirrored, padded.axes[3].mirrored
    if rows is None or columns is None or any(pads):
        raise UnsupportedError("padding that does not mirror the map")
    return [rows, columns, rows, columns]
