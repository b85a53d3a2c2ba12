"""Every runtime gives the picture that ours does."""

import numpy as np
import pytest

from ppcn.errors import ModelError, PpcnError
from ppcn.evaluation.timing.runtimes import OURS, RUNTIMES
from ppcn.evaluation.timing.subjects import Subject, find_subject

SIZE = 20, 28


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(0).random((*SIZE, 3), np.float32)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino", "torch"])
@pytest.mark.parametrize("model", ["student.open", "super-resolution"])
def test_same_picture(runtime, model, picture):
    pytest.importorskip(runtime)
    subject = find_subject(model)
    ours = RUNTIMES[OURS](subject, 1, SIZE)(picture)
    theirs = RUNTIMES[runtime](subject, 1, SIZE)(picture)
    assert theirs.shape == ours.shape == (SIZE[0] * subject.scale, SIZE[1] * subject.scale, 3)
    assert np.abs(theirs.clip(0, 1) - ours).max() < 1e-4


def test_what_a_runtime_lacks_is_a_sentence():
    onnx = Subject("mine.onnx", find_subject("student.open").onnx)
    with pytest.raises(ModelError, match=r"torch cannot run mine\.onnx"):
        RUNTIMES["torch"](onnx, 1, SIZE)
    with pytest.raises(PpcnError, match=r"mine\.onnx as a \.tflite file"):
        RUNTIMES["litert"](onnx, 1, SIZE)
