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


class Prepared(NamedTuple):
    """The scale and shift of each pointwise step, and the grid of each slice: 1x(levels 12)x(cells)x(cells)."""

    affine: Sequence[tuple[Array, Array]]
    grids: Sequence[Array]


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
    grids: list[str]
    outputs: list[int]
    channels: list[int]

    def prepare(self, statistics: Sequence[Array]) -> Prepared:
        """Return what follows from the statistics (each 1xCx1x1 or 1xCx64x64)."""
        constants = self.constants | dict(zip(self.statistics, statistics, strict=True))
        with np.errstate(all="ignore"):  # a photo of NaN or of huge values gives NaN, as in any runtime
            fold(self.folded, constants)
            affine = [scale_and_shift(step.affine, step.channels, constants) for step in self.pointwise_steps]
        return Prepared(affine, [constants[name].astype(np.float32) for name in self.grids])


def lower(graph: Graph, statistics: int, simd: str = "", *, picture: bool = False, place: bool = False) -> Lowered:
    """Return the program of a graph whose last inputs are ``statistics``, and a ``place``; raises UnsupportedError."""
    names = list(graph.inputs)[: len(graph.inputs) - place]
    maps = names[: len(names) - statistics]
    values = Values(graph, maps, ppcn_native.Program([graph.inputs[name][1] for name in maps], simd))
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
        values.grids,
        outputs,
        [values.maps[name].channels for name in graph.outputs],
    )
    try:  # with any statistics: what does not fit shows here, not on the first photo
        lowered.prepare([np.ones(graph.inputs[name], np.float32) for name in lowered.statistics])
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
