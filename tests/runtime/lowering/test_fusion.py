"""Blocks of SAFMN as exported, and blocks that differ from them in one place."""

import numpy as np
import pytest

from ppcn import registry
from ppcn.runtime.backends.loader import stage_graphs
from ppcn.runtime.lowering.fusion import SWISH, Fusion, LayerNorm, MultiScale, Swish
from ppcn.runtime.lowering.lowering import Lowered, UnsupportedError, lower, map_channels
from ppcn.runtime.lowering.onnx_graph import Graph, Node, metadata, parse
from ppcn.runtime.lowering.program import Program


@pytest.fixture(scope="module")
def block() -> Graph:
    model = registry.find("safmn.open").onnx()
    return parse(stage_graphs(metadata(model)["ppcn.stages"], model)[1][1])


def changed(graph: Graph, operator: str, **attributes) -> Graph:
    """The graph with other attributes of its first operation of that kind."""
    number = next(k for k, node in enumerate(graph.nodes) if node.operator == operator)
    node = graph.nodes[number]
    other = node._replace(attributes=node.attributes | attributes)
    return graph._replace(nodes=[*graph.nodes[:number], other, *graph.nodes[number + 1 :]])


def lowered(graph: Graph) -> Lowered:
    return lower(graph, 0, Program(map_channels(graph, 0)))


def found(graph: Graph) -> list[LayerNorm | MultiScale | Swish]:
    fusion = Fusion(graph.constants, list(graph.inputs))
    return [each for node in graph.nodes if (each := fusion.add(node))]


def test_what_a_block_holds_is_found(block: Graph):
    norm, *others = found(block)
    assert isinstance(norm, LayerNorm)
    assert norm.epsilon == pytest.approx(1e-6)
    assert (norm.scale.shape, norm.shift.shape) == ((36,), (36,))
    assert norm.source in block.inputs
    (windows,) = (each for each in others if isinstance(each, MultiScale))
    assert windows.sides == [1, 2, 4, 8]
    assert (windows.weights.shape, windows.bias.shape) == ((36, 1, 3, 3), (36,))
    clipped = [node.inputs[0] for node in block.nodes if node.operator == "Clip"]
    assert [each.source for each in others if isinstance(each, Swish)] == clipped
    assert len(clipped) == 2


def test_a_block_can_be_lowered(block: Graph):
    assert lowered(block).channels == [36, 3]


@pytest.mark.parametrize(
    ("operator", "attributes"),
    [
        ("MaxPool", {"ceil_mode": 0}),
        ("MaxPool", {"pads": [1, 1, 1, 1]}),
        ("Resize", {"nearest_mode": "ceil"}),
        ("Resize", {"coordinate_transformation_mode": "half_pixel"}),
        ("Split", {"axis": 2}),
        ("ReduceMean", {"keepdims": 0}),
    ],
)
def test_anything_else_is_left_to_onnx_runtime(block: Graph, operator: str, attributes: dict):
    with pytest.raises(UnsupportedError):
        lowered(changed(block, operator, **attributes))


def test_a_mean_over_rows_is_no_normalisation(block: Graph):
    axes = next(node.inputs[1] for node in block.nodes if node.operator == "ReduceMean")
    with pytest.raises(UnsupportedError):
        lowered(block._replace(constants=block.constants | {axes: np.array([2])}))


@pytest.mark.parametrize("constant", SWISH)
def test_a_function_of_other_constants_is_left_to_onnx_runtime(block: Graph, constant: float):
    clip = next(k for k, node in enumerate(block.nodes) if node.operator == "Clip")
    its = {name for node in block.nodes[clip : clip + 9] for name in node.inputs}
    (name,) = (name for name in its & set(block.constants) if block.constants[name] == np.float32(constant))
    with pytest.raises(UnsupportedError):
        lowered(block._replace(constants=block.constants | {name: np.float32(constant * 1.001)}))


def test_a_sum_that_completes_nothing_is_noted():
    fusion = Fusion({}, ["x"])
    assert fusion.add(Node("Add", ["x", "y"], ["z"], {})) is None
    assert list(fusion.pending) == ["z"]
