import numpy as np
import onnx
import onnxruntime as ort
import pytest
from accuracy import in_float64, picture

from ppcn import registry
from ppcn.exporting.onnx import to_half
from ppcn.networks.student import Student
from ppcn.runtime.backends.loader import make_engine

SIZES = [(1, 1), (1, 9), (7, 1), (33, 50), (200, 300), (300, 41)]


@pytest.mark.parametrize("size", SIZES)
def test_whole_graph_agrees_with_torch_in_float64(student: Student, student_file: bytes, size: tuple[int, int]):
    image = picture(*size)
    session = ort.InferenceSession(student_file, providers=["CPUExecutionProvider"])
    (found,) = session.run(["enhanced"], {"image": image})
    np.testing.assert_allclose(np.asarray(found), in_float64(student, image), atol=1e-5)


@pytest.mark.parametrize("size", SIZES)
def test_stages_agree_with_torch_in_float64(student: Student, student_file: bytes, size: tuple[int, int]):
    image = picture(*size)
    found = make_engine(student_file, "student")(image[0].transpose(1, 2, 0))
    np.testing.assert_allclose(found.transpose(2, 0, 1)[None], in_float64(student, image), atol=1e-5)


@pytest.mark.parametrize("size", [(33, 50), (200, 300)])
def test_half_precision_stays_within_one_level_of_255(student: Student, student_file: bytes, size: tuple[int, int]):
    half = to_half(student_file)
    assert len(half) < len(student_file) / 2
    image = picture(*size)
    found = make_engine(half, "student")(image[0].transpose(1, 2, 0))
    np.testing.assert_allclose(found.transpose(2, 0, 1)[None], in_float64(student, image), atol=1 / 255)


@pytest.mark.parametrize("name", ["upscaler.open", "safmn.open"])
def test_half_precision_of_what_enlarges(name: str):
    whole = registry.find(name).onnx()
    image = picture(21, 30)[0].transpose(1, 2, 0)
    np.testing.assert_allclose(make_engine(to_half(whole), name)(image), make_engine(whole, name)(image), atol=2 / 255)


def test_half_precision_gathers_statistics_in_single(student_file: bytes):
    graph = onnx.shape_inference.infer_shapes(onnx.load_from_string(to_half(student_file))).graph
    types = {value.name: value.type.tensor_type.elem_type for value in (*graph.value_info, *graph.output)}
    means = [node for node in graph.node if node.op_type == "ReduceMean"]
    assert means
    assert {types[name] for node in means for name in node.output} == {onnx.TensorProto.FLOAT}
    assert {types[node.output[0]] for node in graph.node if node.op_type == "Conv"} == {onnx.TensorProto.FLOAT16}


def test_file_says_nothing_of_the_machine_that_made_it(student_file: bytes):
    model = onnx.load_from_string(student_file)
    assert not any(node.metadata_props or node.doc_string for node in model.graph.node)
    assert b"site-packages" not in student_file
