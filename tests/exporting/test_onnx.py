import logging
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from accuracy import in_float64, picture

from ppcn import registry
from ppcn.exporting.onnx import convert, to_half
from ppcn.networks.srcnn import SRCNN
from ppcn.networks.student import Student
from ppcn.networks.weights_file import save
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
    assert len(half) < 0.6 * len(student_file)  # which has the stages, too
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


def test_threads_convert_side_by_side_and_leave_their_host_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def host() -> tuple[object, ...]:
        """Return what belongs to the program that calls us: where its streams go, and what it logs."""
        files = [os.fstat(descriptor) for descriptor in (1, 2)]
        return *((file.st_dev, file.st_ino) for file in files), sys.stdout, sys.stderr, logging.root.manager.disable

    path = tmp_path / "srcnn.safetensors"
    save(SRCNN(), path)
    alone = convert(path.read_bytes(), str(path))
    monkeypatch.setattr(sys, "stdout", None)  # as in a windowed program
    monkeypatch.setattr(sys, "stderr", None)
    before, seen = host(), set()
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(convert, path.read_bytes(), str(path)) for _ in range(2)]
        while not all(future.done() for future in running):
            seen.add(host())
            time.sleep(0.01)
    assert seen | {host()} == {before}
    assert [future.result() for future in running] == [alone, alone]
