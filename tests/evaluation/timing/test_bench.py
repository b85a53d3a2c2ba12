import pytest

from ppcn.errors import InputError, ModelError
from ppcn.evaluation.timing.bench import bench
from ppcn.registry import find

pytestmark = pytest.mark.usefixtures("few_runs")

KEYS = [
    "runtime",
    "model",
    "size",
    "median_ms",
    "min_ms",
    "peak_mb",
    "max_difference",
    "ratio",
    "speed",
    "n",
    "threads",
]


def test_rows_and_ratios(tmp_path):
    file = tmp_path / "student.onnx"  # without weights, which LiteRT would need
    file.write_bytes(find("student.open").onnx())
    rows, failures = bench([str(file), "srcnn", str(file)], (40, 24), ["onnxruntime", "ppcn", "litert"])
    assert [(row.model, row.runtime) for row in rows] == [
        (model, runtime) for model in (str(file), "srcnn") for runtime in ("ppcn", "onnxruntime")
    ]
    assert list(rows[0].as_dict()) == KEYS
    ours, theirs, srcnn, _ = rows
    assert ours.size == "40x24"
    assert (ours.ratio, ours.max_difference) == (1, 0)
    assert theirs.ratio == theirs.median_ms / ours.median_ms
    assert 0 < theirs.max_difference < 1e-4
    assert ours.speed == srcnn.median_ms / ours.median_ms
    assert srcnn.speed == 1
    assert [str(failure).split()[0] for failure in failures] == ["LiteRT", "LiteRT"]


def test_the_size_is_that_of_the_result():
    rows, _ = bench(["upscaler.open"], (64, 48))
    assert rows[0].speed is None
    with pytest.raises(InputError, match="enlarges 4 times, and 66x48 is no multiple"):
        bench(["upscaler.open"], (66, 48))


def test_our_own_path_has_to_run(tmp_path):
    (tmp_path / "broken.onnx").write_bytes(b"no network")
    with pytest.raises(ModelError, match="is not an ONNX model"):
        bench([str(tmp_path / "broken.onnx")], (40, 24))
