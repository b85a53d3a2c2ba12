import pytest

from ppcn.errors import ModelError
from ppcn.evaluation.timing.networks import find_network
from ppcn.networks.weights_file import load
from ppcn.registry import find


def test_names_files_and_kinds(tmp_path):
    named = find_network("student.open")
    assert (named.kind, named.scale, named.onnx) == ("student", 1, find("student.open").onnx())
    (tmp_path / "mine.onnx").write_bytes(named.onnx)
    assert named.weights
    (tmp_path / "mine.safetensors").write_bytes(named.weights)
    file = find_network(str(tmp_path / "mine.onnx"))
    assert (file.onnx, file.weights, file.kind) == (named.onnx, None, None)
    assert find_network(str(tmp_path / "mine.safetensors")).kind == "student"
    untrained = find_network("fsrcnn")
    assert (untrained.kind, untrained.scale) == ("fsrcnn", 4)
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
