import json

from ppcn.evaluation.timing import bench as timing
from ppcn.evaluation.timing.networks import find_network
from ppcn.registry import find
from ppcn.runtime.backends.description import describe


def test_bench(run, tmp_path):
    file = tmp_path / "student.onnx"
    file.write_bytes(find("student.open").onnx())
    ran = run("bench", "--model", file, "--size", "40x24", "--against", "onnxruntime,litert", "--json")
    assert ran.status == 0
    assert [row["runtime"] for row in json.loads(ran.out)] == ["ppcn", "onnxruntime"]
    assert "LiteRT cannot run" in ran.err
    ran = run("bench", "--size", "40x24")
    assert ran.out.splitlines()[0].split() == [
        *("model", "runtime", "median_ms", "min_ms", "n", "peak_mb", "max_difference", "ratio", "speed")
    ]
    assert ran.out.splitlines()[1].split()[:2] == ["student.open", "ppcn"]
    assert "40x24, " in ran.out
    assert f"ppcn ran by {describe(find_network('student.open').engine().runtimes)}." in ran.out


def test_the_closing_line_says_what_computed_each_model(run, monkeypatch):
    def row(model, runtime, computed_by):
        return timing.BenchRow(runtime, model, "8x8", 1, 1, None, 0, 1, None, 3, 2, computed_by)

    rows = [
        row("a", "ppcn", "kernel (avx2)"),
        row("a", "torch", "torch"),
        row("b", "ppcn", "kernel (avx2) and ONNX Runtime"),
    ]
    monkeypatch.setattr(timing, "bench", lambda *_: (rows, []))
    assert "ppcn ran a by kernel (avx2), b by kernel (avx2) and ONNX Runtime." in run("bench").out
    monkeypatch.setattr(timing, "bench", lambda *_: (rows[:2], []))
    assert "ppcn ran by kernel (avx2)." in run("bench").out
    assert "computed_by" not in run("bench", "--json").out


def test_slips(run):
    for arguments, words in (
        (["--size", "1280"], "'1280' is no size"),
        (["--size", "0x5"], "'0x5' is no size"),
        (["--against", "onnxruntime,onyx"], "'onyx' is no runtime: choose from ppcn, onnxruntime"),
    ):
        ran = run("bench", *arguments)
        assert ran.status == 2
        assert words in ran.err
    run("bench", "--model", "none.onnx").refused("none.onnx cannot be read")
