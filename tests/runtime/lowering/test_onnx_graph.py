import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from ppcn import registry
from ppcn.runtime.backends.loader import stage_graphs
from ppcn.runtime.lowering.onnx_graph import metadata, parse


@pytest.fixture(scope="module", params=["student.open", "teacher.open"])
def graphs(request: pytest.FixtureRequest) -> list[bytes]:
    model = registry.find(request.param).onnx()
    return [graph for _, graph in stage_graphs(metadata(model)["ppcn.stages"], model)]


def test_stages_share_weights_with_the_whole_graph(graphs: list[bytes]):
    """Joined end to end, a stage and its weights are one ONNX model, as protobuf has it."""
    for data in graphs:
        onnx.checker.check_model(onnx.load_from_string(data), full_check=True)


def test_reads_what_onnx_reads(graphs: list[bytes]):
    for data in graphs:
        found, expected = parse(data), onnx.load_from_string(data).graph
        assert [node.operator for node in found.nodes] == [node.op_type for node in expected.node]
        assert [node.inputs for node in found.nodes] == [list(node.input) for node in expected.node]
        assert [node.outputs for node in found.nodes] == [list(node.output) for node in expected.node]
        for node, reference in zip(found.nodes, expected.node, strict=True):
            for attribute in reference.attribute:
                value = onnx.helper.get_attribute_value(attribute)
                assert node.attributes[attribute.name] == (value.decode() if isinstance(value, bytes) else value)
        assert found.constants.keys() == {tensor.name for tensor in expected.initializer}
        for tensor in expected.initializer:
            np.testing.assert_array_equal(found.constants[tensor.name], numpy_helper.to_array(tensor))
        assert list(found.inputs) == [value.name for value in expected.input]
        assert found.outputs == [value.name for value in expected.output]


@pytest.mark.parametrize("cut", [0, 1, 10, 100, 300])
def test_a_damaged_graph_is_a_value_error(graphs: list[bytes], cut: int):
    with pytest.raises(ValueError, match="ONNX"):
        parse(graphs[1][:cut])


def test_metadata_are_those_that_onnx_reads():
    model = registry.find("student.open").onnx()
    assert metadata(model) == {entry.key: entry.value for entry in onnx.load_from_string(model).metadata_props}
    for damaged in (b"", b"no model", model[:-7]):
        with pytest.raises(ValueError, match="ONNX"):
            metadata(damaged)
