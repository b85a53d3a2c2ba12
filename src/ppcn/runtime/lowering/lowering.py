"""From a stage's ONNX graph to a program of the compiled kernel.

The kernel knows convolutions (zero or mirrored padding), pointwise steps ``activation(scale * a + shift) + b``,
concatenation, pixel shuffle, and the groups of operators in ``fusion``. What needs constants and statistics alone is
folded by NumPy (``constant_folding``).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ppcn.runtime.lowering.constant_folding import OPERATORS as FOLDED
from ppcn.runtime.lowering.constant_folding import Array, Constants, fold, scale_and_shift
from ppcn.runtime.lowering.fusion import BEGINNINGS
from ppcn.runtime.lowering.onnx_graph import Graph, Node
from ppcn.runtime.lowering.operators import OPERATORS, fuse
from ppcn.runtime.lowering.program import Program
from ppcn.runtime.lowering.values import Map, UnsupportedError, Values

__all__ = ["Lowered", "UnsupportedError", "lower", "map_channels"]


class Prepared(NamedTuple):
    """The scale and shift of each pointwise step, and the grid of each slice: 1x(levels 12)x(cells)x(cells)."""

    affine: Sequence[tuple[Array, Array]]
    grids: Sequence[Array]


class Lowered(NamedTuple):
    """What a program needs to run: the affine operators of each pointwise step, and the nodes to be folded.

    ``outputs`` says for each of the graph's outputs which value it is (one below the number of ``maps`` is an input
    passed through), ``channels`` how many it has.
    """

    maps: list[str]
    statistics: list[str]
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


def map_channels(graph: Graph, statistics: int, *, place: bool = False) -> list[int]:
    """Return how many channels each input of a graph has that is a map: all but the last ones."""
    shapes = list(graph.inputs.values())
    return [shape[1] for shape in shapes[: len(shapes) - statistics - place]]


def lower(graph: Graph, statistics: int, program: Program, *, picture: bool = False, place: bool = False) -> Lowered:
    """Add a graph, whose last inputs are ``statistics`` and a ``place``, to a program; raises UnsupportedError.

    The program's inputs are those of ``map_channels``; ``picture``: its first output is clipped to [0, 1].
    """
    names = list(graph.inputs)[: len(graph.inputs) - place]
    maps = names[: len(names) - statistics]
    values = Values(graph, maps, program)
    folded = _add_nodes(values)
    if picture:
        for name in graph.outputs:
            values.maps[name] = values.without_activation(name)._replace(activation="clip")
    outputs = [values.finished(name).value for name in graph.outputs]
    made = [value for value in outputs if value >= len(maps)]
    if len(set(made)) != len(made):
        raise UnsupportedError("one value as two outputs")
    lowered = Lowered(
        maps,
        names[len(maps) :],
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
