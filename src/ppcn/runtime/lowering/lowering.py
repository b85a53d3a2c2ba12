"""From a stage's ONNX graph to a program of the compiled kernel.

The kernel knows convolutions (zero or mirrored padding), pointwise steps ``activation(scale * a + shift) + b``,
concatenation, pixel shuffle, and the groups of operators in ``fusion``. What needs constants and statistics alone is
folded by NumPy (``constant_folding``).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import ppcn_native

from ppcn.runtime.lowering.constant_folding import OPERATORS as FOLDED
from ppcn.runtime.lowering.constant_folding import Array, Constants, fold, scale_and_shift
from ppcn.runtime.lowering.fusion import BEGINNINGS
from ppcn.runtime.lowering.onnx_graph import Graph, Node
from ppcn.runtime.lowering.operators import OPERATORS, fuse
from ppcn.runtime.lowering.values import Map, UnsupportedError, Values

__all__ = ["Lowered", "UnsupportedError", "lower"]


class Lowered(NamedTuple):
    """A program and what it needs to run: the affine operators of each pointwise step, and the nodes to be folded.

    ``outputs`` says for each of the graph's outputs which value it is (one below the number of ``maps`` is an input
    passed through), ``channels`` how many it has.
    """

    maps: list[str]
    statistics: list[str]
    program: ppcn_native.Program
    constants: Constants
    folded: list[Node]
    pointwise_steps: list[Map]
    outputs: list[int]
    channels: list[int]

    def scales_and_shifts(self, statistics: Sequence[Array]) -> list[tuple[Array, Array]]:
        """Return the scale and shift of each pointwise step, given the statistics (each 1xCx1x1)."""
        constants = self.constants | dict(zip(self.statistics, statistics, strict=True))
        with np.errstate(all="ignore"):  # a photo of NaN or of huge values gives NaN, as in any runtime
            fold(self.folded, constants)
            return [scale_and_shift(step.affine, step.channels, constants) for step in self.pointwise_steps]


def lower(graph: Graph, statistics: int, simd: str = "", *, picture: bool = False) -> Lowered:
    """Return the program of a graph whose last inputs are ``statistics``; raises UnsupportedError."""
    names = list(graph.inputs)
    maps = names[: len(names) - statistics]
    values = Values(graph, maps, ppcn_native.Program([graph.inputs[name] for name in maps], simd))
    folded = _add_nodes(values)
    if picture:
        for name in graph.outputs:
            values.maps[name] = values.without_activation(name)._replace(activation="clip")
    outputs = [values.finished(name).value for name in graph.outputs]
    made = [value for value in outputs if value >= len(maps)]
    if len(set(made)) != len(made):
        raise UnsupportedError("one value as two outputs")
    for value in made:
        values.program.output(value)
    lowered = Lowered(
        maps,
        names[len(maps) :],
        values.program,
        graph.constants,
        folded,
        values.pointwise_steps,
        outputs,
        [values.maps[name].channels for name in graph.outputs],
    )
    try:  # with any statistics: what does not fit shows here, not on the first photo
        lowered.scales_and_shifts([np.ones((1, graph.inputs[name], 1, 1)) for name in lowered.statistics])
    except (KeyError, ValueError) as error:
        raise UnsupportedError(str(error)) from error
    return lowered


def _add_nodes(values: Values) -> list[Node]:
    """Add all nodes of the graph to the values; return those that need no map, in order."""
    folded = []
    for node in values.graph.nodes:
        if not any(values.is_map(name) for name in node.inputs):
            if node.operator not in FOLDED:
                raise UnsupportedError(node.operator)
            folded.append(node)
        elif node.operator in BEGINNINGS or any(name in values.fusion.pending for name in node.inputs):
            fuse(values, node)
        elif node.operator in OPERATORS:
            OPERATORS[node.operator](values, node)
        else:
            raise UnsupportedError(node.operator)
    return folded
