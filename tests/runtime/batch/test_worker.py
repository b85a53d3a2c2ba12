"""A worker does what the program itself would do, in a process that may die."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ppcn.outputs import Output
from ppcn.runtime.batch.job import Result, Settings, attempt
from ppcn.runtime.batch.worker import Job, Worker, as_text, result_of, run, task_of
from ppcn.runtime.engine.engine import Engine, load
from ppcn.runtime.operations.memory import Room
from ppcn.runtime.operations.operation import Edit, Enhance, Upscale

SETTINGS = Settings(quality=80)


@pytest.fixture(scope="module")
def edits(enlarger: Callable[[int], bytes]) -> list[Edit]:
    """Enhancing, and upscaling by a network that repeats pixels."""
    return [Enhance(load("student.open"), strength=0.5), Upscale(Engine(enlarger(4), "repeat"), scale=2)]


@pytest.fixture
def worker(edits: list[Edit]) -> Iterator[Worker]:
    worker = Worker(Job.of(edits, SETTINGS))
    yield worker
    worker.end()
    worker.wait()


def test_results_are_those_of_the_program_itself(worker: Worker, edits: list[Edit], save: Callable, tmp_path: Path):
    shares: list[float] = []
    photo = save(tmp_path / "a.jpg", size=(300, 200))
    wanted = attempt(Output(photo, tmp_path / "wanted.jpg"), edits, SETTINGS)
    made = worker(Output(photo, tmp_path / "made.jpg"), Room(), shares.append)
    assert replace(made, target=wanted.target) == wanted
    assert made.target.read_bytes() == wanted.target.read_bytes()
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert worker(Output(photo, made.target), Room()).status == "skipped"
    text = Output(save(tmp_path / "text.jpg"), tmp_path / "b.jpg")
    text.source.write_text("no photo")
    assert worker(text, Room()) == attempt(text, edits, SETTINGS)


def test_one_that_dies_is_replaced(worker: Worker, save: Callable, tmp_path: Path):
    photo = save(tmp_path / "a.png", size=(600, 600))
    room = Room()
    process = worker._running()

    def kill(_: float) -> None:
        process.kill()

    failed = worker(Output(photo, tmp_path / "b.png"), room, kill)
    assert failed.status == "failed"
    assert f"{photo}: the process that worked on it was killed by SIGKILL" in failed.error
    assert worker(Output(photo, tmp_path / "b.png"), room).status == "done"
    assert room._taken == 0


def test_one_that_hangs_in_a_decoder_is_ended(worker: Worker, save: Callable, tmp_path: Path):
    """The alarm is not waited for, here; what it does is."""
    photo = save(tmp_path / "a.png", size=(600, 600))
    process = worker._running()
    failed = worker(Output(photo, tmp_path / "b.png"), Room(), lambda _: os.kill(process.pid, signal.SIGALRM))
    assert "was not decoded in 10 minutes" in failed.error


@pytest.mark.parametrize("name", ["a.jpg", "two\nlines.png", os.fsdecode(b"\xff.png")])
def test_names_and_results_survive_the_journey(name: str):
    task = Output(Path("in") / name, Path("out") / name, Path("other") / name)
    assert task_of(as_text(task)) == task
    result = Result(task.source, task.target, "failed", "why", 1.5, ("depth map", "gain map"), hopeless=True)
    assert result_of(as_text(result)) == result


@pytest.mark.parametrize("cause", [SystemExit(1), None])
def test_one_that_is_asked_to_end_while_it_imports_an_extension_says_nothing(monkeypatch, cause):
    def importing():
        raise ImportError("initialization failed") from cause

    monkeypatch.setattr("ppcn.runtime.batch.worker.main", importing)
    with pytest.raises(SystemExit if cause else ImportError):
        run()
