import json

from ppcn import load_model
from ppcn.runtime.backends.description import describe


def test_bench(run):
    ran = run("bench", "--size", "40x24", "--against", "onnxruntime,litert", "--json")
    assert ran.status == 0
    assert [row["runtime"] for row in json.loads(ran.out)] == ["ppcn", "onnxruntime"]
    assert "LiteRT needs" in ran.err
    ran = run("bench", "--size", "40x24")
    assert ran.out.splitlines()[0].split() == [
        *("model", "runtime", "median_ms", "min_ms", "n", "peak_mb", "max_difference", "ratio", "speed")
    ]
    assert ran.out.splitlines()[1].split()[:2] == ["student.open", "ppcn"]
    assert "40x24, " in ran.out
    assert f"ppcn ran by {describe(load_model('student.open').runtimes)}." in ran.out


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
