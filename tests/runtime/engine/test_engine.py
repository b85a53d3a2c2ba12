import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

import ppcn
from ppcn.errors import ModelError
from ppcn.registry import find
from ppcn.runtime.backends import kernel
from ppcn.runtime.backends.loader import make_engine, read_stages
from ppcn.runtime.engine.stage import Stage


def foreign(inputs: int = 1, channels: int = 3, height: int | str = "h") -> bytes:
    """Return a network of another program: it halves a picture's values."""
    shape = [1, channels, height, "w"]
    images = [helper.make_tensor_value_info(f"x{i}", TensorProto.FLOAT, shape) for i in range(inputs)]
    graph = helper.make_graph(
        [helper.make_node("Mul", ["x0", "half"], ["y"])],
        "halve",
        images,
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [helper.make_tensor("half", TensorProto.FLOAT, [], [0.5])],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()


def enlarging() -> bytes:
    """Return a network of another program that makes each pixel a block of 4x4."""
    images = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, 3, f"h{name}", f"w{name}"]) for name in "xy"]
    node = helper.make_node("Resize", ["x", "", "scales"], ["y"], mode="nearest")
    scales = helper.make_tensor("scales", TensorProto.FLOAT, [4], [1, 1, 4, 4])
    graph = helper.make_graph([node], "enlarge", images[:1], images[1:], [scales])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9).SerializeToString()


def test_foreign_network_runs_whole(tmp_path: Path):
    (tmp_path / "halve.onnx").write_bytes(foreign())
    image = np.random.default_rng(0).random((5, 7, 3), np.float32)
    np.testing.assert_allclose(ppcn.load_model(str(tmp_path / "halve.onnx"))(image), image / 2)


@pytest.mark.parametrize("model", [foreign(inputs=2), foreign(channels=1)])
def test_network_of_another_kind(model: bytes):
    with pytest.raises(ModelError, match="one picture"):
        make_engine(model, "other.onnx")


@pytest.mark.parametrize("content", [b"", b"no model", foreign()[:40]])
def test_damaged_file(content: bytes):
    with pytest.raises(ModelError, match=r"bad\.onnx"):
        make_engine(content, "bad.onnx")


def test_network_for_one_size_alone():
    with pytest.raises(ModelError, match=r"fixed\.onnx cannot run on 7x5 pixels"):
        make_engine(foreign(height=6), "fixed.onnx")(np.zeros((5, 7, 3), np.float32))


def test_network_of_another_program_sees_the_photo_alone():
    """One for a single size, to which a border would be too much."""
    photo = np.full((6, 7, 3), 0.5, np.float32)
    np.testing.assert_allclose(ppcn.enhance(photo, model=make_engine(foreign(height=6), "fixed.onnx")), photo / 2)


def test_enhancer_has_to_keep_the_size():
    engine = make_engine(enlarging(), "upscaler")
    assert engine(np.zeros((5, 7, 3), np.float32)).shape == (20, 28, 3)
    for array in (np.zeros((5, 7, 3), np.uint8), np.zeros((5, 7, 3), np.float32)):
        with pytest.raises(ModelError, match="28x20 pixels of 7x5"):
            ppcn.enhance(array, model=engine)


def test_progress_rises_to_one():
    shares = []
    ppcn.load_model("student.open")(np.zeros((300, 20, 3), np.float32), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)


def test_file_of_ours_runs_in_other_runtimes():
    onnx.checker.check_model(onnx.load_from_string(find("student.open").onnx()), full_check=True)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"halo": -1}, "make no stage"),
        ({"halo": 3.5}, "whole numbers"),
        ({"scale": 0}, "make no stage"),
        ({"scale": 4}, "make no stage"),
        ({"grid": 0}, "make no stage"),
        ({"statistic": "median"}, "a newer ppcn may know it"),
        ({"graph": "no base64"}, "cannot be read"),
    ],
)
def test_stages_that_cannot_be_are_refused(change: dict, reason: str):
    model = onnx.load_from_string(find("student.open").onnx())
    (carried,) = (entry.value for entry in model.metadata_props)
    first, *others = json.loads(carried)["stages"]
    with pytest.raises(ModelError, match=reason):
        read({"version": 2, "stages": [first | change, *others]})
    for broken in ([], {}, [1], [{"halo": 1}], {"version": 2}, {"version": 2, "stages": {}}, {"stages": [first]}):
        with pytest.raises(ModelError, match=r"mine\.onnx"):
            read(broken)


def read(carried: Any) -> list[Stage]:
    return read_stages(json.dumps(carried), find("student.open").onnx(), "mine.onnx", "cpu")


def test_stages_of_an_unknown_version_are_refused():
    with pytest.raises(ModelError, match="version 3 is unknown here, a newer ppcn may know it"):
        read({"version": 3, "stages": []})


@pytest.mark.parametrize("switch", ["auto", "off"])
def test_stages_of_the_first_version_have_all_their_weights(switch: str, monkeypatch: pytest.MonkeyPatch):
    """A list of stages, each a whole ONNX model: what ppcn wrote before."""
    monkeypatch.setenv(kernel.SWITCH, switch)
    model = find("student.open").onnx()
    whole = onnx.load_from_string(model)
    (entry,) = whole.metadata_props
    constants = {each.name: each for each in whole.graph.initializer}
    stages = json.loads(entry.value)["stages"]
    for stage in stages:
        graph = onnx.load_from_string(base64.b64decode(stage["graph"]))
        graph.graph.initializer.extend(constants[name] for name in stage.pop("shared"))
        onnx.checker.check_model(graph, full_check=True)
        stage["graph"] = base64.b64encode(graph.SerializeToString()).decode()
    entry.value = json.dumps(stages)
    photo = np.random.default_rng(0).random((20, 30, 3), dtype=np.float32)
    before = make_engine(whole.SerializeToString(), "before", "cpu")
    assert np.array_equal(before(photo), make_engine(model, "now", "cpu")(photo))
