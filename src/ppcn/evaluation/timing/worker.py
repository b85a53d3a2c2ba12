"""The worker process of a timed network: alone in it, a runtime's peak memory and threads are its own."""

import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from ppcn.arrays import Pixels
from ppcn.errors import PpcnError, missing_extra
from ppcn.evaluation.scores import Run
from ppcn.evaluation.timing.networks import TimedNetwork
from ppcn.evaluation.timing.runtimes import RUNTIMES
from ppcn.runtime.backends.description import describe
from ppcn.runtime.engine.engine import Engine


class Case(NamedTuple):
    """A runtime of ``RUNTIMES``, a network, and the pictures of one size that it is timed on, in turn."""

    runtime: str
    network: TimedNetwork
    pictures: Sequence[Pixels]


@dataclass(frozen=True)
class Timing:
    """The times of a case's runs in ms, the first picture's result, what computed it, and its process's peak memory."""

    times: Sequence[float]
    peak_mb: float | None
    output: Pixels
    computed_by: str

    @property
    def median_ms(self) -> float:
        """The median of the times."""
        return median(self.times)


def serve(pipe: Connection, case: Case, threads: int) -> None:
    """Run a case on its first picture, to warm up, and once more for each True that comes; at a False, end.

    Sends the seconds of each run, and at the end the ``Timing``, or the PpcnError that stopped it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    times = []
    try:
        try:
            run = RUNTIMES[case.runtime](case.network, threads, case.pictures[0].shape[:2])
        except ModuleNotFoundError as error:
            raise missing_extra(f"To time {case.runtime}", error, "bench,train") from error
        seconds, output = _timed(run, case.pictures[0])
        pipe.send(seconds)
        while pipe.recv():
            seconds, _ = _timed(run, case.pictures[len(times) % len(case.pictures)])
            times.append(1000 * seconds)
            pipe.send(seconds)
        computed_by = describe(run.runtimes) if isinstance(run, Engine) else case.runtime
        pipe.send(Timing(times, peak_mb(), output, computed_by))
    except PpcnError as error:
        pipe.send(error)


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
