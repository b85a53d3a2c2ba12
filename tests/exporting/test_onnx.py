import copy

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch

from ppcn.networks.student import Student
from ppcn.runtime.engine import Engine

SIZES = [(1, 1), (1, 9), (7, 1), (33, 50), (200, 300), (300, 41)]


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return a picture with gradients, an edge and noise: 1x3xHxW."""
    rng = np.random.default_rng(seed)
    down, across = np.linspace(0, 1, height)[:, None], np.linspace(0, 1, width)[None]
    planes = np.stack([down * across, (across > 0.5) * down, 1 - across + 0 * down])
    return np.clip(planes + 0.1 * rng.standard_normal(planes.shape), 0, 1)[None].astype(np.float32)


def in_float64(student: Student, image: np.ndarray) -> np.ndarray:
    with torch.no_grad():
        return copy.deepcopy(student).double()(torch.from_numpy(image).double()).clamp(0, 1).numpy()


@pytest.mark.parametrize("size", SIZES)
def test_whole_graph_agrees_with_torch_in_float64(student: Student, student_file: bytes, size: tuple[int, int]):
    image = picture(*size)
    session = ort.InferenceSession(student_file, providers=["CPUExecutionProvider"])
    (found,) = session.run(["enhanced"], {"image": image})
    np.testing.assert_allclose(np.asarray(found), in_float64(student, image), atol=1e-5)


@pytest.mark.parametrize("size", SIZES)
def test_stages_agree_with_torch_in_float64(student: Student, student_file: bytes, size: tuple[int, int]):
    image = picture(*size)
    found = Engine(student_file, "student")(image[0].transpose(1, 2, 0))
    np.testing.assert_allclose(found.transpose(2, 0, 1)[None], in_float64(student, image), atol=1e-5)


def test_file_says_nothing_of_the_machine_that_made_it(student_file: bytes):
    model = onnx.load_from_string(student_file)
    assert not any(node.metadata_props or node.doc_string for node in model.graph.node)
    assert b"site-packages" not in student_file
