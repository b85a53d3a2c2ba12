"""The workers of a server, and the line in front of them."""

import contextlib
import multiprocessing
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from http import HTTPStatus

from ppcn.server import worker
from ppcn.server.limits import Limits
from ppcn.server.worker import Job, Refusal, Result

START = 120  # seconds in which a worker has to load its networks
DIED = Refusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The photo needs more memory than the server allows for one, or is damaged in a way that broke the decoder: "
    "send a smaller one, or copy it again from where it came from.",
)

Answers = Future[Result | Refusal]


class Pool:
    """Processes that work on photos, a thread of this process in front of each. One that dies is replaced.

    ``replaced`` is called whenever that happens. The line has no end: who puts jobs into it limits it.
    """

    def __init__(self, limits: Limits, replaced: Callable[[], None]) -> None:
        self._limits = limits
        self._replaced = replaced
        self._line: queue.SimpleQueue[tuple[Job, Answers] | None] = queue.SimpleQueue()
        self._ready = threading.Semaphore(0)
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(limits.workers)]
        self.running = 0
        self.ready = False

    def start(self) -> None:
        """Start the workers and wait until they are ready."""
        for thread in self._threads:
            thread.start()
        for _ in self._threads:
            self._ready.acquire()
        self.ready = True

    def submit(self, job: Job) -> Answers:
        """Put a job into the line."""
        answer: Answers = Future()
        self._line.put((job, answer))
        return answer

    def close(self) -> None:
        """Finish the line, and end the workers."""
        self.ready = False
        for _ in self._threads:
            self._line.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        """Give one worker after the other the jobs of the line."""
        process = _Process(self._limits)
        self._ready.release()
        while (entry := self._line.get()) is not None:
            job, answer = entry
            if not answer.set_running_or_notify_cancel():  # its client has left
                continue
            self.running += 1
            try:
                result = process.work(job)
            except TimeoutError:
                result = self._too_slow()
            except (EOFError, OSError):
                result = DIED
            self.running -= 1
            answer.set_result(result)
            if not process.alive():
                self._replaced()
                process = _Process(self._limits)
        process.end()

    def _too_slow(self) -> Refusal:
        seconds = f"{self._limits.seconds:g} seconds"
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"The photo takes more than {seconds}: send a smaller one.")


class _Process:
    """A worker from outside."""

    def __init__(self, limits: Limits) -> None:
        spawn = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
        self._seconds = limits.seconds
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=worker.main, args=(theirs, limits), daemon=True)
        self._process.start()
        theirs.close()  # so that its end is seen here
        with contextlib.suppress(EOFError, OSError):  # seen again at the first job
            self._await(START)
            self._pipe.recv_bytes()

    def work(self, job: Job) -> Result | Refusal:
        """Have a job done; raises EOFError or OSError where the worker dies of it, TimeoutError where it is slow."""
        try:
            self._pipe.send(job)
            self._await(self._seconds)
            return worker.receive(self._pipe)
        except (EOFError, OSError):  # TimeoutError is one
            self._process.kill()
            self._process.join()
            raise

    def alive(self) -> bool:
        """Tell whether it can take another job."""
        return self._process.is_alive()

    def end(self) -> None:
        """End it, once it is idle."""
        self._pipe.close()
        self._process.join()

    def _await(self, seconds: float) -> None:
        """Wait until something comes through the pipe, or its end; raises TimeoutError after some seconds."""
        if not self._pipe.poll(seconds):
            raise TimeoutError
