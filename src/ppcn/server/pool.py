"""The workers of a server, and the queue in front of them."""

import contextlib
import logging
import multiprocessing
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from http import HTTPStatus

from ppcn.server import worker
from ppcn.server.limits import Limits
from ppcn.server.worker import ERROR, PhotoRequest, PhotoResponse, Refusal

LOOK = 0.2  # seconds after which a worker's thread looks whether anybody still waits
START = 120  # seconds in which a worker has to load its networks
DIED = Refusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The photo needs more memory than the server allows for one, or is damaged in a way that broke the decoder: "
    "send a smaller one, or copy it again from where it came from.",
)
NO_WORKER = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE, "The server cannot start a process for the photo at the moment: try again later."
)


class Answer(Future[PhotoResponse | Refusal]):
    """The answer to a request; cancelling it drops the request, be it in the queue or in hand."""

    def __init__(self) -> None:
        super().__init__()
        self.dropped = threading.Event()

    def cancel(self) -> bool:
        """Let nobody wait for it."""
        self.dropped.set()
        return super().cancel()


_log = logging.getLogger(__name__)


class WorkerPool:
    """Processes that work on photos, a thread of this process in front of each. One that dies is replaced.

    ``replaced`` is called whenever that happens. The queue has no end: who puts requests into it limits it.
    """

    def __init__(self, limits: Limits, replaced: Callable[[], None]) -> None:
        self._limits = limits
        self._replaced = replaced
        self._queue: queue.SimpleQueue[tuple[PhotoRequest, Answer] | None] = queue.SimpleQueue()
        self._started = threading.Semaphore(0)
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(limits.workers)]
        self._lock = threading.Lock()
        self.running = 0
        self.ready = False

    def start(self) -> None:
        """Start the workers and wait until they are ready."""
        for thread in self._threads:
            thread.start()
        for _ in self._threads:
            self._started.acquire()
        self.ready = True

    def submit(self, request: PhotoRequest) -> Answer:
        """Put a request into the queue."""
        answer = Answer()
        self._queue.put((request, answer))
        return answer

    def close(self) -> None:
        """Finish the queue, and end the workers."""
        self.ready = False
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        """Give one worker after the other the requests of the queue, whatever becomes of the worker."""
        process = self._new_process()
        self._started.release()
        while (entry := self._queue.get()) is not None:
            request, answer = entry
            if not answer.set_running_or_notify_cancel():  # its client has left
                continue
            if process and not process.alive():  # it was killed while it was idle
                self._replaced()
                process = None
            process = process or self._new_process()
            with self._counted():
                result = self._work(process, request, answer.dropped) if process else NO_WORKER
            answer.set_result(result)
            if process and not process.alive():
                if not answer.dropped.is_set():
                    self._replaced()
                process = self._new_process()
        if process:
            process.end()

    def _work(self, process: "_Process", request: PhotoRequest, dropped: threading.Event) -> PhotoResponse | Refusal:
        try:
            return process.work(request, dropped)
        except TimeoutError:
            seconds = f"{self._limits.seconds:g} seconds"
            return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, f"The photo takes more than {seconds}: send a smaller one.")
        except (EOFError, OSError):
            if not dropped.is_set():
                _log.warning("A worker died of a photo of %d bytes.", len(request.photo))
            return DIED
        except Exception:
            _log.exception("A request failed.")
            return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, ERROR)

    def _new_process(self) -> "_Process | None":
        """Start a worker; return None where the system has no process for it: the next request tries again."""
        try:
            return _Process(self._limits)
        except Exception as error:
            _log.warning("A worker cannot be started: %s.", error)
            return None

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self.running += 1
        try:
            yield
        finally:
            with self._lock:
                self.running -= 1


class _Process:
    """The server's side of a worker."""

    def __init__(self, limits: Limits) -> None:
        spawn = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
        self._seconds = limits.seconds
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=worker.main, args=(theirs, limits), daemon=True)
        self._process.start()
        theirs.close()  # so that its end is seen here
        with contextlib.suppress(EOFError, OSError):  # seen again at the first request
            self._await(START)
            self._pipe.recv_bytes()

    def work(self, request: PhotoRequest, dropped: threading.Event) -> PhotoResponse | Refusal:
        """Have a request done; raises EOFError or OSError if the worker dies of it, TimeoutError if it is slow.

        It is killed, and EOFError raised, where the request is ``dropped``.
        """
        try:
            self._pipe.send(request)
            self._await(self._seconds, dropped)
            return worker.receive(self._pipe)
        except (EOFError, OSError):  # TimeoutError is one
            self._process.kill()
            self._process.join()
            raise

    def alive(self) -> bool:
        """Tell whether it can take another request."""
        return self._process.is_alive()

    def end(self) -> None:
        """End it, once it is idle."""
        self._pipe.close()
        self._process.join()

    def _await(self, seconds: float, dropped: threading.Event | None = None) -> None:
        """Wait until something comes through the pipe, or its end; raises TimeoutError after some seconds."""
        end = time.monotonic() + seconds
        while not self._pipe.poll(min(max(end - time.monotonic(), 0), LOOK)):
            if dropped and dropped.is_set():
                raise EOFError
            if time.monotonic() >= end:
                raise TimeoutError
