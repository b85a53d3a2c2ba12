"""Engines are kept by content: a replaced file is noticed, and threads share one object."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

import ppcn
from ppcn import registry
from ppcn.runtime.operations import engines

WEIGHTS = Path(registry.__file__).with_name("weights")
IMAGE = np.linspace(0, 1, 32 * 32 * 3, dtype=np.float32).reshape(32, 32, 3)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engines, "_engines", type(engines._engines)())


def test_a_file_that_is_replaced_gives_the_new_network(tmp_path: Path):
    results = []
    for name in ("student.open", "teacher.open", "student.open"):
        shutil.copy(WEIGHTS / f"{name}.onnx", tmp_path / "mine.onnx")
        results.append(ppcn.load_model(tmp_path / "mine.onnx")(IMAGE))
    assert np.array_equal(results[1], ppcn.load_model("teacher.open")(IMAGE))
    assert np.array_equal(results[0], results[2])
    assert not np.array_equal(results[0], results[1])


def test_threads_share_one_object():
    found, together = [], threading.Barrier(4)

    def load() -> None:
        together.wait()
        found.append(ppcn.load_model("teacher.open"))

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len(set(map(id, found))) == 1


def test_names_providers_and_the_kernels_switch_are_kept_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    shutil.copy(WEIGHTS / "student.open.onnx", tmp_path / "mine.onnx")
    ours, mine = ppcn.load_model("student.open"), ppcn.load_model(tmp_path / "mine.onnx")
    assert (ours.name, mine.name) == ("student.open", str(tmp_path / "mine.onnx"))
    assert ppcn.load_model("student.open") is ours
    monkeypatch.setenv("PPCN_KERNEL", "off")
    assert set(ppcn.load_model("student.open").runtimes) == {"ONNX Runtime"}


def test_no_more_than_a_few_are_kept(tmp_path: Path):
    files = [tmp_path / f"{number}.onnx" for number in range(engines.KEPT + 3)]
    for file in files:
        shutil.copy(WEIGHTS / "student.open.onnx", file)
    loaded = [ppcn.load_model(file) for file in files]
    assert len(engines._engines) == engines.KEPT
    assert ppcn.load_model(files[-1]) is loaded[-1]
    assert ppcn.load_model(files[0]) is not loaded[0]
