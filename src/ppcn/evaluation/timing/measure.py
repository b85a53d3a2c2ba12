"""Interleaved timing of several networks and runtimes: a slow moment of the machine hits all of them."""

import multiprocessing
from collections.abc import Sequence
from contextlib import ExitStack, closing, suppress
from time import sleep
from typing import Any

from ppcn.errors import ModelError, PpcnError
from ppcn.evaluation import Progress
from ppcn.evaluation.timing.worker import Case, Timing, serve

FEWEST, MOST = 3, 25  # runs of each case
SECONDS = 6.0  # that all runs of a case take together, within these limits
REST = 0.1  # seconds before each run: threads of the run before may still spin


def measure(cases: Sequence[Case], threads: int, progress: Progress = lambda _share: None) -> list[Timing | PpcnError]:
    """Time all cases, each in a process of its own, one running at a time; return timings in the cases' order.

    After a warm-up each case runs 3 to 25 times, spread evenly over the rounds; one that cannot run has its error in
    place of a timing. ``progress`` is told the share done.
    """
    with ExitStack() as stack:
        workers = [stack.enter_context(closing(_Worker(case, threads))) for case in cases]
        rounds = max((worker.wanted for worker in workers), default=0)
        for number in range(rounds):
            for worker in workers:
                if due(number, rounds, worker.wanted):
                    sleep(REST)
                    worker.ask(again=True)
            progress((number + 1) / rounds)
        timings = [worker.ask(again=False) for worker in workers]
        return [worker.failure or timing for worker, timing in zip(workers, timings, strict=True)]


def due(number: int, rounds: int, runs: int) -> bool:
    """Tell whether a case that is to run ``runs`` times does so in a round, its runs being spread evenly over all."""
    return (number + 1) * runs // rounds > number * runs // rounds


class _Worker:
    """The parent's side of a process that runs one case: warm when made, until closed."""

    def __init__(self, case: Case, threads: int) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._title = f"{case.network.name} in {case.runtime}"
        self.failure: PpcnError | None = None
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=serve, args=(theirs, case, threads), daemon=True)
        self._process.start()
        theirs.close()
        seconds = self._answer()
        self.wanted = 0 if seconds is None else min(max(round(SECONDS / seconds), FEWEST), MOST)

    def ask(self, *, again: bool) -> Any:
        """Let it run again, or end and return its timing; None where it failed."""
        with suppress(OSError):  # where it has ended, there is no answer either
            self._pipe.send(again)
        return self._answer()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()
        self._pipe.close()

    def _answer(self) -> Any:
        try:
            said = self._pipe.recv()
        except (EOFError, OSError):
            said = ModelError(f"{self._title} ended in the middle of its work: memory may have run out.")
        if isinstance(said, PpcnError):
            self.failure = self.failure or said  # the first one says why
            return None
        return said
