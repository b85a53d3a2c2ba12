import pytest

from ppcn.errors import ModelError
from ppcn.evaluation.timing.networks import find_network
from ppcn.networks.srcnn import SRCNN
from ppcn.networks.weights_file import dump, load
from ppcn.registry import find


def test_names_and_files(tmp_path):
    named = find_network("student.open")
    assert (named.kind, named.scale, named.onnx) == ("student", 1, find("student.open").onnx())
    assert named.weights
    assert find_network("upscaler.open").scale == 4
    (tmp_path / "mine.onnx").write_bytes(named.onnx)
    (tmp_path / "mine.safetensors").write_bytes(dump(SRCNN()))
    file = find_network(str(tmp_path / "mine.onnx"))
    assert (file.onnx, file.weights, file.kind) == (named.onnx, None, None)
    file = find_network(str(tmp_path / "mine.safetensors"))
    assert (file.kind, file.scale, file.weights) == ("srcnn", 1, (tmp_path / "mine.safetensors").read_bytes())


def test_kinds(monkeypatch):
    """Their ONNX files take a while: those of the file above, and of the baseline in test_bench.py, are made."""
    monkeypatch.setattr("ppcn.exporting.onnx.to_onnx", dump)
    untrained = find_network("fsrcnn")
    assert (untrained.name, untrained.kind, untrained.onnx) == ("fsrcnn", "fsrcnn", untrained.weights)
    assert untrained.weights
    assert sum(value.numel() for value in load(untrained.weights).parameters()) == 12_809
    assert find_network("fsrcnn") == untrained


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("student.opne", "did you mean student.open"),
        ("srccn", "choose one of student, teacher"),
        ("none.onnx", r"none\.onnx cannot be read"),
        ("none.safetensors", r"none\.safetensors cannot be read"),
    ],
)
def test_unknown_ones(model, words):
    with pytest.raises(ModelError, match=words):
        find_network(model)
