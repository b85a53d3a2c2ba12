"""One network in one runtime, in a process of its own: its memory is its own, and nothing of another runtime's is."""

import signal
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from ppcn.errors import MissingExtraError, PpcnError
from ppcn.evaluation.timing.runtimes import RUNTIMES, Picture, Run
from ppcn.evaluation.timing.subjects import Subject


class Job(NamedTuple):
    """What is to be timed: a runtime of ``RUNTIMES``, a network, and the pictures that it gets in turn (one size)."""

    runtime: str
    subject: Subject
    pictures: Sequence[Picture]


class Last(NamedTuple):
    """What a child says at its end: the peak of its resident memory in MB, and the first picture's result."""

    peak_mb: float | None
    output: Picture


def serve(pipe: Connection, job: Job, threads: int) -> None:
    """Run a network on the first picture, and again on a picture for each number that comes, until None does.

    Sends the seconds of each run (the first is for warming up: runtimes make their plans in it) and ``Last`` at the
    end, or the PpcnError that stopped it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, who ends its children
    try:
        run = _open(job, threads)
        seconds, output = _timed(run, job.pictures[0])
        pipe.send(seconds)
        while (number := pipe.recv()) is not None:
            seconds, _ = _timed(run, job.pictures[number % len(job.pictures)])
            pipe.send(seconds)
        pipe.send(Last(peak_mb(), output))
    except PpcnError as error:
        pipe.send(error)


def _open(job: Job, threads: int) -> Run:
    height, width = job.pictures[0].shape[:2]
    try:
        return RUNTIMES[job.runtime](job.subject, threads, (height, width))
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"The runtime {job.runtime} needs {error.name}: install it with pip install 'ppcn[bench,train]'."
        ) from error


def _timed(run: Run, picture: Picture) -> tuple[float, Picture]:
    start = perf_counter()
    output = run(picture)
    return perf_counter() - start, output


def peak_mb() -> float | None:
    """Return the most memory, in MB, that this process has had resident; None where the system does not tell."""
    status = Path("/proc/self/status")
    if status.is_file():  # Linux, whose getrusage counts the process that this one was started from, too
        (peak,) = [line for line in status.read_text("ascii").splitlines() if line.startswith("VmHWM")]
        return int(peak.split()[1]) * 1024 / 1e6
    if sys.platform == "darwin":
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    return None
