import json

from ppcn.registry import find


def test_export_prints_what_the_check_found(run, tmp_path, monkeypatch):
    monkeypatch.setattr("ppcn.exporting.onnx.to_onnx", lambda _: find("student.open").onnx())
    file = tmp_path / "student.onnx"
    ran = run("export", "student.open", "--to", "onnx", "-o", file, "--size", "64x36", "--json")
    facts = json.loads(ran.out)
    assert facts["largest_difference"] < 1e-5
    assert facts["bytes"] == file.stat().st_size
    run("export", "student.open", "--to", "onnx", "-o", file).refused("exists already", "--overwrite")
    ran = run("export", "student.open", "--to", "onnx", "-o", file, "--size", "64x36", "--overwrite")
    assert "On a photo of 64x36 it differs from PyTorch" in ran.out


def test_sizes_that_are_none(run, tmp_path):
    for size in ("64", "0x9", "axb"):
        ran = run("export", "student.open", "--to", "onnx", "-o", tmp_path / "a.onnx", "--size", size)
        assert ran.status == 2
        assert "no size such as 1280x720" in ran.err
