"""From a stage's ONNX graph to a program of the compiled kernel.

The kernel knows convolutions (of maps padded with zeros, or mirrored at their borders), pointwise steps ``f(scale * a +
shift) + b`` with a scale and a shift for each channel, concatenation, pixel shuffle, normalisation of each pixel's
channels, and what is found in windows of several sizes (``patterns``). What a graph computes from constants and
statistics alone is small and is left to NumPy (``small``): chains of sums and products of a map with such values become
one scale and one shift.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import ppcn_native

from ppcn.runtime.lowering.constant_folding import OPERATIONS as SMALL
from ppcn.runtime.lowering.constant_folding import Array, Chain, Known, compute, scale_and_shift
from ppcn.runtime.lowering.fusion import BEGINNINGS, Normalisation, Patterns, Swish
from ppcn.runtime.lowering.onnx_graph import Graph, Node
from ppcn.runtime.lowering.padding import Framed, join


class UnsupportedError(Exception):
    """A graph has an operation, or a form of one, that the kernel does not know."""


@dataclass(frozen=True)
class Map:
    """A value of the program, and what is still to be done to each of its channels: sums and products, a function."""

    value: int
    channels: int
    chain: Chain = ()
    function: str = "leaky"  # or "tanh", "swish" (patterns.Swish), or "clip", to [0, 1]
    slope: float = 1.0  # of "leaky", below zero

    @property
    def done(self) -> bool:
        """Whether nothing is still to be done."""
        return not self.chain and not self.active

    @property
    def active(self) -> bool:
        """Whether a function is still to be applied."""
        return self.function != "leaky" or self.slope != 1.0


@dataclass(frozen=True)
class Convolution:
    """A convolution to be made when it is known what follows: a function, a product with a map, a sum with one."""

    node: Node
    single: bool  # of single pixels: only then maps may follow
    function: str = "leaky"
    slope: float = 1.0
    times: str | None = None
    plus: str | None = None

    @property
    def bare(self) -> bool:
        """Whether nothing follows yet."""
        return self == Convolution(self.node, self.single)


@dataclass
class Lowered:
    """A program and what it needs to run: the chain of each pointwise step, and NumPy's part of the graph.

    ``outputs`` says for each of the graph's outputs which value it is (one below the number of ``maps`` is an input
    passed through), ``channels`` how many it has.
    """

    maps: list[str]
    statistics: list[str]
    program: ppcn_native.Program
    constants: Known
    small: list[Node] = field(default_factory=list)
    affine: list[Map] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)
    channels: list[int] = field(default_factory=list)

    def executor(self) -> ppcn_native.Executor:
        """Return what runs the program."""
        return ppcn_native.Executor(self.program)

    def scales_and_shifts(self, statistics: Sequence[Array]) -> list[tuple[Array, Array]]:
        """Return what the program's pointwise steps take, given the statistics (each 1xCx1x1)."""
        known = self.constants | dict(zip(self.statistics, statistics, strict=True))
        with np.errstate(all="ignore"):  # a photo of NaN or of huge values gives NaN, as in any runtime
            compute(self.small, known)
            return [scale_and_shift(each.chain, each.channels, known) for each in self.affine]


def lower(graph: Graph, statistics: int, simd: str = "", *, picture: bool = False) -> Lowered:
    """Return the program of a graph whose last inputs are ``statistics``; else raise UnsupportedError.

    ``picture``: whether what the graph makes is one, to be clipped to [0, 1].
    """
    names = list(graph.inputs)
    maps = names[: len(names) - statistics]
    lowered = Lowered(
        maps, names[len(maps) :], ppcn_native.Program([graph.inputs[n] for n in maps], simd), graph.constants
    )
    _Lowering(graph, lowered).run(picture)
    try:  # with any statistics: what does not fit shows here, not on the first photo
        lowered.scales_and_shifts([np.ones((1, graph.inputs[name], 1, 1)) for name in lowered.statistics])
    except (KeyError, ValueError) as error:
        raise UnsupportedError(str(error)) from error
    return lowered


class _Lowering:
    def __init__(self, graph: Graph, lowered: Lowered) -> None:
        self.graph = graph
        self.lowered = lowered
        self.program = lowered.program
        self.values: dict[str, Map] = {name: Map(i, graph.inputs[name]) for i, name in enumerate(lowered.maps)}
        self.uses = Counter(name for node in graph.nodes for name in node.inputs) + Counter(graph.outputs)
        self.convolutions: dict[str, Convolution] = {}
        self.patterns = Patterns(graph.constants, lowered.maps)
        self.framed: dict[str, Framed] = {}  # maps with a border, for a convolution that will read it

    def run(self, picture: bool) -> None:
        for node in self.graph.nodes:
            maps = [name for name in node.inputs if self.is_map(name)]
            if not maps:
                if node.operation not in SMALL:
                    raise UnsupportedError(node.operation)
                self.lowered.small.append(node)
            elif node.operation in BEGINNINGS or any(name in self.patterns.begun for name in node.inputs):
                self.add_to_pattern(node)
            elif node.operation in OPERATIONS:
                OPERATIONS[node.operation](self, node)
            else:
                raise UnsupportedError(node.operation)
        if picture:
            for name in self.graph.outputs:
                self.clip(name)
        outputs = [self.finished(name).value for name in self.graph.outputs]
        made = [value for value in outputs if value >= len(self.lowered.maps)]
        if len(set(made)) != len(made):
            raise UnsupportedError("one value as two outputs")
        for value in made:
            self.program.output(value)
        self.lowered.outputs = outputs
        self.lowered.channels = [self.values[name].channels for name in self.graph.outputs]

    def is_map(self, name: str) -> bool:
        return any(name in known for known in (self.values, self.convolutions, self.framed, self.patterns.begun))

    def map(self, name: str) -> Map:
        """Return a map by name; a convolution that waits for what follows is made now."""
        if name in self.patterns.begun:
            raise UnsupportedError(f"{self.patterns.begun[name].operation}, but in a known pattern")
        if name in self.framed:
            raise UnsupportedError("a border, but for a convolution")
        if name in self.convolutions:
            self.convolve(self.convolutions.pop(name), name)
        return self.values[name]

    def finished(self, name: str) -> Map:
        """Return a map by name with all done to it."""
        before = self.map(name)
        if not before.done:
            self.values[name] = self.pointwise([before])
        return self.values[name]

    def without_function(self, name: str) -> Map:
        """Return a map by name to which no function is still to be applied."""
        return self.finished(name) if self.map(name).active else self.map(name)

    def pointwise(self, maps: list[Map]) -> Map:
        first = maps[0]
        value = self.program.pointwise([each.value for each in maps], first.function, first.slope)
        self.lowered.affine.append(first)
        return Map(value, first.channels)

    def arithmetic(self, node: Node) -> None:
        """A sum or product: with something small it joins the chain, with another map it is a step."""
        (result,) = node.outputs
        small = [not self.is_map(name) for name in node.inputs]
        if any(small):
            name, other = node.inputs if small[1] else node.inputs[::-1]
            before = self.without_function(name)
            self.values[result] = replace(before, chain=(*before.chain, (node.operation, other, small[0])))
            return
        if self.joins_convolution(node):
            return
        if node.operation != "Add":
            raise UnsupportedError(f"{node.operation} of two maps")
        first, second = node.inputs
        if self.map(first).done:
            first, second = second, first
        other = self.finished(second)
        if self.map(first).channels != other.channels:
            raise UnsupportedError("a sum of maps of different shapes")
        self.values[result] = self.pointwise([self.map(first), other])

    def joins_convolution(self, node: Node) -> bool:
        """Whether a product or sum of two maps is made together with the convolution that one of them comes from."""
        for name, other in (node.inputs, node.inputs[::-1]):
            before = self.convolutions.get(name)
            if before is None or self.uses[name] > 1 or not before.single or before.plus:
                continue
            if node.operation == "Add":
                joined = replace(before, plus=other)
            elif node.operation == "Mul" and not before.times:
                joined = replace(before, times=other)
            else:
                continue
            self.finished(other)
            self.convolutions[node.outputs[0]] = joined
            del self.convolutions[name]
            return True
        return False

    def activate(self, node: Node) -> None:
        (name,), (result,) = node.inputs, node.outputs
        slope, function = 1.0, "leaky"
        match node.operation:
            case "LeakyRelu":
                slope = node.attributes.get("alpha", 0.01)
            case "Relu":
                slope = 0.0
            case other:
                function = other.lower()
        if not 0 <= slope <= 1:
            raise UnsupportedError("LeakyRelu with a slope outside 0 to 1")
        self.apply(function, name, result, slope)

    def apply(self, function: str, name: str, result: str, slope: float = 1.0, uses: int = 1) -> None:
        """Note a function of a map; ``uses`` of the graph's operations read the map for it."""
        before = self.convolutions.get(name)
        if before and self.uses[name] == uses and before.bare and function != "tanh":
            self.convolutions[result] = replace(self.convolutions.pop(name), function=function, slope=slope)
            return
        self.values[result] = replace(self.without_function(name), function=function, slope=slope)

    def clip(self, name: str) -> None:
        self.values[name] = replace(self.without_function(name), function="clip")

    def identity(self, node: Node) -> None:
        self.values[node.outputs[0]] = self.map(node.inputs[0])

    def frame(self, name: str) -> Framed:
        return self.framed.get(name) or Framed(name)

    def pad(self, node: Node) -> None:
        name, pads = node.inputs[:2]
        if node.attributes.get("mode") != "edge" or len(node.inputs) > 2 or pads not in self.graph.constants:
            raise UnsupportedError("Pad but by a constant number of rows and columns, which repeat the outermost")
        before, after = self.graph.constants[pads].reshape(2, -1).tolist()
        if len(before) != 4 or any((*before[:2], *after[:2])):
            raise UnsupportedError("Pad but of rows and columns")
        framed = self.frame(name)
        for axis in (2, 3):
            framed = framed.changed(axis, framed.axes[axis].with_edge(before[axis], after[axis]))
        self.framed[node.outputs[0]] = framed

    def slice(self, node: Node) -> None:
        name, *numbers = node.inputs
        if len(numbers) < 3 or any(number not in self.graph.constants for number in numbers):
            raise UnsupportedError("Slice but of constant rows or columns")
        (start,), (end,), (axis,) = (self.graph.constants[number].tolist() for number in numbers[:3])
        if end != start + 1 or axis not in (2, 3):
            raise UnsupportedError("Slice but of one row or column")
        framed = self.frame(name)
        self.framed[node.outputs[0]] = framed.changed(axis, framed.axes[axis].pick(start))

    def join(self, node: Node) -> None:
        """A concatenation: of channels, or of a map's rows or columns with some around them."""
        if node.attributes["axis"] == 1:
            self.concatenate(node)
            return
        axis, parts = node.attributes["axis"], [self.frame(name) for name in node.inputs]
        if axis not in (2, 3) or len({(part.name, part.axes[5 - axis]) for part in parts}) > 1:
            raise UnsupportedError("Concat of different maps' rows or columns")
        self.framed[node.outputs[0]] = parts[0].changed(axis, join([part.axes[axis] for part in parts]))

    def concatenate(self, node: Node) -> None:
        maps = [self.finished(name) for name in node.inputs]
        value = self.program.concatenate([each.value for each in maps])
        self.values[node.outputs[0]] = Map(value, sum(each.channels for each in maps))

    def shuffle(self, node: Node) -> None:
        if node.attributes.get("mode") != "CRD":
            raise UnsupportedError("DepthToSpace but CRD")
        before, factor = self.finished(node.inputs[0]), node.attributes["blocksize"]
        value = self.program.pixel_shuffle(before.value, factor)
        self.values[node.outputs[0]] = Map(value, before.channels // factor**2)

    def add_to_pattern(self, node: Node) -> None:
        found = self.patterns.add(node)
        if found is None:
            return
        if isinstance(found, Swish):
            self.apply("swish", found.source, node.outputs[0], uses=2)
            return
        source = self.finished(found.source)
        if isinstance(found, Normalisation):
            value = self.program.layer_norm(source.value, found.scale, found.shift, found.epsilon)
        else:
            value = self.program.pooled_convolution(source.value, found.sides, found.weights, found.bias)
        self.values[node.outputs[0]] = Map(value, source.channels)

    def prepare(self, node: Node) -> None:
        """Note a convolution; it is made when it is known what follows."""
        if any(name not in self.graph.constants for name in node.inputs[1:]):
            raise UnsupportedError("Conv with computed weights")
        self.finished(self.frame(node.inputs[0]).name)
        weights, given = self.graph.constants[node.inputs[1]], node.attributes
        single = weights.shape[2:] == (1, 1) and given["strides"] == [1, 1] and node.inputs[0] not in self.framed
        self.convolutions[node.outputs[0]] = Convolution(node, single)

    def convolve(self, convolution: Convolution, result: str) -> None:
        node = convolution.node
        weights = self.graph.constants[node.inputs[1]]
        bias = self.graph.constants[node.inputs[2]] if len(node.inputs) > 2 else np.zeros(len(weights), np.float32)
        given, framed = node.attributes, self.framed.get(node.inputs[0])
        source = self.finished(framed.name if framed else node.inputs[0])
        stride, dilation = set(given["strides"]), set(given["dilations"])
        top, left, bottom, right = _mirrored(framed, given["pads"]) if framed else given["pads"]
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
            mirrored=framed is not None,
            function=convolution.function,
            slope=convolution.slope,
            times=self.finished(convolution.times).value if convolution.times else -1,
            plus=self.finished(convolution.plus).value if convolution.plus else -1,
        )
        self.values[result] = Map(value, len(weights))


def _mirrored(framed: Framed, pads: list[int]) -> list[int]:
    """Return by how many rows and columns a border mirrors a map, in the order of ``pads``, which go around it."""
    rows, columns = framed.axes[2].mirrored, framed.axes[3].mirrored
    if rows is None or columns is None or any(pads):
        raise UnsupportedError("a border that does not mirror the map")
    return [rows, columns, rows, columns]


OPERATIONS: dict[str, Callable[[_Lowering, Node], None]] = {
    "Identity": _Lowering.identity,
    "Add": _Lowering.arithmetic,
    "Sub": _Lowering.arithmetic,
    "Mul": _Lowering.arithmetic,
    "Div": _Lowering.arithmetic,
    "LeakyRelu": _Lowering.activate,
    "Relu": _Lowering.activate,
    "Tanh": _Lowering.activate,
    "Pad": _Lowering.pad,
    "Slice": _Lowering.slice,
    "Concat": _Lowering.join,
    "DepthToSpace": _Lowering.shuffle,
    "Conv": _Lowering.prepare,
}
