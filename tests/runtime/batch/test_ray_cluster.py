"""A real Ray cluster of this machine. It starts once, since that takes most of the time."""

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ppcn import load_model
from ppcn.errors import ClusterError
from ppcn.outputs import Output
from ppcn.runtime.batch.jobs import edit_file
from ppcn.runtime.batch.pool import edit_files as edit_here
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options

pytest.importorskip("ray", reason="needs Ray: pip install 'ppcn[cluster]'")

from ppcn.runtime.batch import ray_cluster as cluster


def actors() -> list[int]:
    """Return the processes in which Ray runs the actors that drive our workers."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if b"ray::" in (process / "cmdline").read_bytes() and b"Actor" in (process / "cmdline").read_bytes():
                found.append(int(process.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def test_a_worker_is_killed_and_every_photo_is_there_once(
    save: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pipeline, options = Pipeline(Enhance(load_model("student.open"))), Options()
    photos = [save(tmp_path / "in" / f"{number:02}.png", number, (300, 200)) for number in range(40)]
    photos[7].write_text("no photo")
    there, here = ([Output(photo, tmp_path / way / photo.name) for photo in photos] for way in ("there", "here"))
    killed: list[int] = []

    def kill() -> None:
        while len(list((tmp_path / "there").glob("*.png"))) < 5:
            time.sleep(0.01)
        killed.append(actors()[0])
        os.kill(killed[0], signal.SIGKILL)

    for name in ("numpy", "pyarrow", "ppcn"):  # strangers' code among the photos
        (tmp_path / "in" / f"{name}.py").write_text("open('WAS_RUN', 'w')")
    monkeypatch.chdir(tmp_path / "in")
    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    results = list(cluster.edit_files(there, pipeline, options, "local", workers=2))
    assert killed
    assert not (tmp_path / "in" / "WAS_RUN").exists()
    assert [result.source for result in results] == photos
    assert [result.source for result in results if result.status == "failed"] == [photos[7]]
    assert len(list(edit_here(here, pipeline, options))) == 40
    made = [{path.name: path.read_bytes() for path in (tmp_path / way).iterdir()} for way in ("there", "here")]
    assert made[0] == made[1]
    assert len(made[0]) == 39


def test_no_cluster():
    with pytest.raises(ClusterError, match=r"There is no Ray cluster at auto .*--cluster local"):
        list(cluster.edit_files([], Pipeline(), Options(), "auto"))


def test_a_cluster_of_this_machine_that_does_not_start(monkeypatch: pytest.MonkeyPatch):
    def init(**_: object) -> None:
        raise RuntimeError("The current node timed out during startup.\nMore of it.")

    monkeypatch.setattr("ray.init", init)
    with pytest.raises(
        ClusterError, match=r"Ray does not start .*\(The current node timed out during startup\): close"
    ):
        list(cluster.edit_files([], Pipeline(), Options(), "local"))


def test_urls(save: Callable, tmp_path: Path):
    """A place of fsspec's, read and written by the same function as a file."""
    from ppcn.files import place
    from ppcn.outputs import plan_outputs

    store = place("memory://photos")
    for name in ("a.png", "sub/b.png"):
        (store / name).parent.mkdir(parents=True, exist_ok=True)
        (store / name).write_bytes(save(tmp_path / "one.png", len(name)).read_bytes())
    tasks = plan_outputs([store], place("memory://results"), recursive=True)
    assert [str(task.target) for task in tasks] == ["memory://results/a.png", "memory://results/sub/b.png"]
    pipeline = Pipeline(Enhance(load_model("student.open")))
    for task in tasks:
        assert edit_file(task, pipeline, Options()).status == "done"
        local = Output(tmp_path / "one.png", tmp_path / "out" / task.target.name)
        local.source.write_bytes(task.source.read_bytes())
        edit_file(local, pipeline, Options())
        assert local.target.read_bytes() == task.target.read_bytes()
    assert edit_file(tasks[0], pipeline, Options()).status == "skipped"
    found = [path.name for path in place("memory://results").rglob("*") if path.is_file()]
    assert sorted(found) == ["a.png", "b.png"]
