"""The worker process of a timed network: alone in it, a runtime's peak memory and threads are its own."""

import signal
import sys
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from ppcn.arrays import Pixels
from ppcn.errors import PpcnError, missing_extra
from ppcn.evaluation.timing.networks import TimedNetwork
from ppcn.evaluation.timing.runtimes import RUNTIMES, Run
from ppcn.runtime.backends.description import describe
from ppcn.runtime.engine.engine import Engine


class Case(NamedTuple):
    """A runtime of ``RUNTIMES``, a network, and the pictures of one size that it is timed on, in turn."""

    runtime: str
    network: TimedNetwork
    pictures: Sequence[Pixels]


class Summary(NamedTuple):
    """A worker's last message: the peak of its resident memory in MB, the first picture's result, what computed it."""

    peak_mb: float | None
    output: Pixels
    computed_by: str


def serve(pipe: Connection, case: Case, threads: int) -> None:
    """Run a network on the first picture, and again on a picture for each number that comes, until None does.

    Sends the seconds of each run (the first is for warming up: runtimes make their plans in it) and a ``Summary`` at
    the end, or the PpcnError that stopped it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    try:
        run = _open(case, threads)
        seconds, output = _timed(run, case.pictures[0])
        pipe.send(seconds)
        while (number := pipe.recv()) is not None:
            seconds, _ = _timed(run, case.pictures[number % len(case.pictures)])
            pipe.send(seconds)
        computed_by = describe(run.runtimes) if isinstance(run, Engine) else case.runtime
        pipe.send(Summary(peak_mb(), output, computed_by))
    except PpcnError as error:
        pipe.send(error)


def _open(case: Case, threads: int) -> Run:
    height, width = case.pictures[0].shape[:2]
    try:
        return RUNTIMES[case.runtime](case.network, threads, (height, width))
    except ModuleNotFoundError as error:
        raise missing_extra(f"To time {case.runtime}", error, "bench,train") from error


def _timed(run: Run, picture: Pixels) -> tuple[float, Pixels]:
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
