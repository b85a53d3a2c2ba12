"""A file is checked before it is written, and says what the check found."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from accuracy import in_float64

from ppcn.errors import InputError, MissingExtraError, ModelError, OutputError
from ppcn.exporting import export as module
from ppcn.exporting.export import PHOTO, export
from ppcn.images.pixels.resize import resize
from ppcn.images.read import read
from ppcn.networks.student import Student
from ppcn.networks.weights_file import save


@pytest.fixture
def weights(tmp_path: Path, student: Student, student_file: bytes, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return a file of the student's weights, whose ONNX graph, which takes a while, is made once for all tests."""
    monkeypatch.setattr("ppcn.exporting.onnx.to_onnx", lambda _: student_file)
    path = tmp_path / "mine.safetensors"
    save(student, path)
    return str(path)


def test_reported_differences_are_those_of_the_file(tmp_path: Path, student: Student, weights: str):
    facts = export(weights, "onnx", tmp_path / "a.onnx", precision="float16", size=(96, 54))
    written = (tmp_path / "a.onnx").read_bytes()
    photo = resize(read(PHOTO).pixels / 255, 54, 96).clip(0, 1).astype(np.float32).transpose(2, 0, 1)[None]
    session = ort.InferenceSession(written, providers=["CPUExecutionProvider"])
    difference = np.abs(np.asarray(session.run(None, {"image": photo})[0]) - in_float64(student, photo))
    assert facts["largest_difference"] == pytest.approx(difference.max(), rel=0.01)
    assert facts["mean_difference"] == pytest.approx(difference.mean(), rel=0.01)
    assert 0 < facts["mean_difference"] < facts["largest_difference"] < 0.01
    assert facts["bytes"] == len(written)
    model = onnx.load_from_string(written)
    assert facts["opset"] == model.opset_import[0].version
    noted = json.loads({entry.key: entry.value for entry in model.metadata_props}["ppcn.check"])
    assert noted == {key: value for key, value in facts.items() if key not in ("file", "bytes")}


def test_single_precision_is_the_default_and_keeps_the_stages(tmp_path: Path, weights: str):
    facts = export(weights, "onnx", tmp_path / "a.onnx", size=(64, 36))
    assert facts["precision"] == "float32"
    assert facts["largest_difference"] < 1e-5
    model = onnx.load(tmp_path / "a.onnx")
    assert {entry.key for entry in model.metadata_props} == {"ppcn.stages", "ppcn.check"}


def test_a_network_that_comes_out_wrong_is_not_written(tmp_path: Path, weights: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(module.LIMITS, "float16", 1e-9)
    with pytest.raises(ModelError, match="differs from PyTorch by"):
        export(weights, "onnx", tmp_path / "a.onnx", precision="float16", size=(64, 36))
    assert not (tmp_path / "a.onnx").exists()


def test_what_users_get_wrong(tmp_path: Path, weights: str):
    with pytest.raises(ModelError, match=r"did you mean student\.open"):
        export("studnt.open", "onnx", tmp_path / "a.onnx")
    with pytest.raises(ModelError, match="exported already"):
        export("a.onnx", "onnx", tmp_path / "a.onnx")
    with pytest.raises(OutputError, match=r"call it a\.onnx"):
        export(weights, "onnx", tmp_path / "a.tflite")
    (tmp_path / "there.onnx").write_bytes(b"mine")
    with pytest.raises(OutputError, match="exists already"):
        export(weights, "onnx", tmp_path / "there.onnx")
    assert (tmp_path / "there.onnx").read_bytes() == b"mine"
    with pytest.raises(InputError, match=r"nowhere\.jpg does not exist"):
        export(weights, "onnx", tmp_path / "a.onnx", photo=Path("nowhere.jpg"))


@pytest.mark.skipif(importlib.util.find_spec("litert_torch") is not None, reason="the extra phones is installed here")
@pytest.mark.parametrize("to", ["litert", "coreml"])
def test_without_the_extra(tmp_path: Path, weights: str, to: str):
    with pytest.raises(MissingExtraError, match=r"pip install 'ppcn\[phones\]'"):
        export(weights, to, tmp_path / "a.tflite")


@pytest.mark.skipif(importlib.util.find_spec("litert_torch") is None, reason="needs the extra phones: make test-export")
def test_precision_that_a_kind_of_file_lacks(tmp_path: Path, weights: str):
    with pytest.raises(InputError, match="choose float32"):
        export(weights, "litert", tmp_path / "a.tflite", precision="float16")
