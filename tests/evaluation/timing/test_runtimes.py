"""Every runtime gives the picture that ours does."""

from importlib.util import find_spec

import numpy as np
import pytest

from ppcn.errors import MissingExtraError, ModelError
from ppcn.evaluation.timing.networks import TimedNetwork, find_network
from ppcn.evaluation.timing.runtimes import OURS, RUNTIMES

SIZE = 20, 28


@pytest.fixture(scope="module")
def picture():
    return np.random.default_rng(0).random((*SIZE, 3), np.float32)


@pytest.fixture(scope="module", params=["student.open", "upscaler.open"])
def network(request):
    return find_network(request.param)


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino", "torch"])
def test_same_picture(runtime, network, picture):
    pytest.importorskip(runtime)
    ours = RUNTIMES[OURS](network, 1, SIZE)(picture)
    theirs = RUNTIMES[runtime](network, 1, SIZE)(picture)
    assert theirs.shape == ours.shape == (SIZE[0] * network.scale, SIZE[1] * network.scale, 3)
    assert np.abs(theirs.clip(0, 1) - ours).max() < 1e-4


def test_what_a_runtime_lacks_is_a_sentence():
    onnx = TimedNetwork("mine.onnx", find_network("student.open").onnx)
    with pytest.raises(ModelError, match=r"torch cannot run mine\.onnx"):
        RUNTIMES["torch"](onnx, 1, SIZE)
    with pytest.raises(ModelError, match=r"LiteRT cannot run mine\.onnx"):
        RUNTIMES["litert"](onnx, 1, SIZE)
    if find_spec("litert_torch") is None:
        with pytest.raises(MissingExtraError, match=r"No module named 'litert_torch'.*ppcn\[phones\]"):
            RUNTIMES["litert"](find_network("student.open"), 1, SIZE)
