"""A worker does what the program itself would do, in a process that may die."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ppcn import load_model
from ppcn.outputs import Output
from ppcn.runtime.backends.loader import make_engine
from ppcn.runtime.batch.jobs import FileResult, Job, edit_file, result_from, task_from, to_text
from ppcn.runtime.batch.memory_budget import MemoryBudget
from ppcn.runtime.batch.worker import Worker
from ppcn.runtime.batch.worker_process import run
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options
from ppcn.runtime.operations.upscale import Upscale

OPTIONS = Options(quality=80)


@pytest.fixture(scope="module")
def pipeline(enlarger: Callable[[int], bytes]) -> Pipeline:
    """Enhancing, and upscaling by a network that repeats pixels."""
    return Pipeline(
        Enhance(load_model("student.open"), strength=0.5), Upscale(make_engine(enlarger(4), "repeat"), scale=2)
    )


@pytest.fixture
def worker(pipeline: Pipeline) -> Iterator[Worker]:
    worker = Worker(Job.of(pipeline, OPTIONS))
    yield worker
    worker.end()
    worker.wait()


def test_results_are_those_of_the_program_itself(worker: Worker, pipeline: Pipeline, save: Callable, tmp_path: Path):
    shares: list[float] = []
    photo = save(tmp_path / "a.jpg", size=(300, 200))
    wanted = edit_file(Output(photo, tmp_path / "wanted.jpg"), pipeline, OPTIONS)
    made = worker(Output(photo, tmp_path / "made.jpg"), MemoryBudget(), shares.append)
    assert replace(made, target=wanted.target) == wanted
    assert made.target.read_bytes() == wanted.target.read_bytes()
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert worker(Output(photo, made.target), MemoryBudget()).status == "skipped"
    text = Output(save(tmp_path / "text.jpg"), tmp_path / "b.jpg")
    text.source.write_text("no photo")
    assert worker(text, MemoryBudget()) == edit_file(text, pipeline, OPTIONS)


def test_one_that_dies_is_replaced(worker: Worker, save: Callable, tmp_path: Path):
    photo = save(tmp_path / "a.png", size=(600, 600))
    budget = MemoryBudget()
    process = worker._running()

    def kill(_: float) -> None:
        process.kill()

    failed = worker(Output(photo, tmp_path / "b.png"), budget, kill)
    assert failed.status == "failed"
    assert f"{photo}: the process that worked on it was killed by SIGKILL" in failed.error
    assert worker(Output(photo, tmp_path / "b.png"), budget).status == "done"
    assert budget._taken == 0


@pytest.mark.filterwarnings("error")
def test_its_pipes_are_closed(pipeline: Pipeline):
    worker = Worker(Job.of(pipeline, OPTIONS))
    processes = []
    for _ in range(2):
        processes.append(worker._running())
        processes[-1].kill()
        processes[-1].wait()
    worker.wait()
    assert all(pipe.closed for process in processes for pipe in (process.stdin, process.stdout))


def test_one_that_hangs_in_a_decoder_is_ended(worker: Worker, save: Callable, tmp_path: Path):
    """The alarm is not waited for, here; what it does is."""
    photo = save(tmp_path / "a.png", size=(600, 600))
    process = worker._running()
    failed = worker(Output(photo, tmp_path / "b.png"), MemoryBudget(), lambda _: os.kill(process.pid, signal.SIGALRM))
    assert "was not decoded in 10 minutes" in failed.error


@pytest.mark.parametrize("name", ["a.jpg", "two\nlines.png", os.fsdecode(b"\xff.png")])
def test_names_and_results_survive_the_journey(name: str):
    task = Output(Path("in") / name, Path("out") / name, Path("other") / name)
    assert task_from(to_text(task)) == task
    result = FileResult(
        task.source, task.target, "failed", "why", 1.5, ("depth map", "gain map"), hopeless=True, change=0.25
    )
    assert result_from(to_text(result)) == result


@pytest.mark.parametrize("cause", [SystemExit(1), None])
def test_one_that_is_asked_to_end_while_it_imports_an_extension_says_nothing(monkeypatch, cause):
    def importing():
        raise ImportError("initialization failed") from cause

    monkeypatch.setattr("ppcn.runtime.batch.worker_process.main", importing)
    with pytest.raises(SystemExit if cause else ImportError):
        run()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows the environment of a process")
def test_a_worker_has_its_share_of_the_threads_whatever_is_set(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    worker = Worker(Job.of(pipeline, OPTIONS, threads=3))
    place = Path(f"/proc/{worker._running().pid}/environ")
    deadline = time.monotonic() + 10
    while not (given := place.read_bytes()) and time.monotonic() < deadline:  # a new process has none for a moment
        time.sleep(0.01)
    variables = given.split(b"\0")
    assert {b"OMP_NUM_THREADS=3", b"VIPS_CONCURRENCY=3"} <= set(variables)
    worker.end()
    worker.wait()


def test_modules_in_the_working_folder_are_not_imported(
    worker: Worker, save: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Strangers' photos may lie beside strangers' code."""
    for name in ("signal", "json", "ppcn", "numpy"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('a module among the photos was imported')")
    monkeypatch.chdir(tmp_path)
    task = Output(save(tmp_path / "a.png"), tmp_path / "b.png")
    assert worker(task, MemoryBudget()).status == "done"
