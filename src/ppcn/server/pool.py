"""The workers of a server, and the queue in front of them."""

import contextlib
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from http import HTTPStatus

from ppcn.server.limits import Limits
from ppcn.server.worker import ERROR, PhotoRequest, PhotoResponse, Refusal
from ppcn.server.worker_process import NotTakenError, WorkerProcess

IDLE = 5  # seconds after which an idle thread looks whether its worker lives, and tries to start one if not
DIED = Refusal(
    HTTPStatus.UNPROCESSABLE_ENTITY,
    "The photo needs more memory than the server allows for one, or is damaged in a way that broke the decoder: "
    "send a smaller one, or copy it again from where it came from.",
)
NO_WORKER = Refusal(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "The server cannot start a process for photos at the moment: try again later; its log says why.",
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
        self._queue: queue.SimpleQueue[tuple[PhotoRequest, Answer] | None] = queue.SimpleQueue()
        self._slots = [_Slot(limits, replaced) for _ in range(limits.workers)]
        self._threads = [threading.Thread(target=self._serve, args=(slot,), daemon=True) for slot in self._slots]
        self._started = threading.Semaphore(0)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self.running = 0

    @property
    def ready(self) -> bool:
        """Whether there is a worker, or a dead one that is being replaced."""
        return self._staffed() and not self._closing.is_set()

    def start(self) -> None:
        """Start the workers and wait until each is ready or could not be started."""
        for thread in self._threads:
            thread.start()
        for _ in self._threads:
            self._started.acquire()

    def submit(self, request: PhotoRequest) -> Answer:
        """Put a request into the queue, or refuse it where there is no worker."""
        answer = Answer()
        if self.ready:
            self._queue.put((request, answer))
        else:
            answer.set_result(NO_WORKER)
        return answer

    def close(self) -> None:
        """Finish the queue, and end the workers."""
        self._closing.set()
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self, slot: "_Slot") -> None:
        """Give one worker after the other the requests of the queue, whatever becomes of the worker."""
        slot.fill()
        self._started.release()
        while True:
            if not slot.process and self._staffed():  # other threads can have the requests done
                if self._closing.wait(IDLE):
                    return
                slot.fill()
                continue
            try:
                entry = self._queue.get(timeout=IDLE)
            except queue.Empty:
                slot.fill()
                continue
            if entry is None:
                break
            request, answer = entry
            if slot.process:  # it may have been killed while it was idle
                slot.fill()
            if not answer.set_running_or_notify_cancel():  # its client has left
                continue
            with self._counted():
                result = self._work(slot, request, answer.dropped)
            answer.set_result(result)
            if slot.process:
                slot.fill(died=not answer.dropped.is_set())
        if slot.process:
            slot.process.end()

    def _work(self, slot: "_Slot", request: PhotoRequest, dropped: threading.Event) -> PhotoResponse | Refusal:
        """Have a request done; where the worker never had it, by another one, once."""
        for _ in range(2):
            if not slot.process:
                break
            try:
                return slot.process.work(request, dropped)
            except NotTakenError:
                slot.fill()
            except TimeoutError:
                seconds = f"{self._limits.seconds:g} seconds"
                return Refusal(
                    HTTPStatus.UNPROCESSABLE_ENTITY, f"The photo takes more than {seconds}: send a smaller one."
                )
            except (EOFError, OSError):
                if not dropped.is_set():
                    _log.warning("A worker died of a photo of %d bytes.", len(request.photo))
                return DIED
            except Exception:
                _log.exception("A request failed.")
                return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, ERROR)
        return NO_WORKER

    def _staffed(self) -> bool:
        return any(slot.process for slot in self._slots)

    @contextlib.contextmanager
    def _counted(self) -> Iterator[None]:
        with self._lock:
            self.running += 1
        try:
            yield
        finally:
            with self._lock:
                self.running -= 1


class _Slot:
    """A place for a worker: ``process``, or None where none could be started."""

    def __init__(self, limits: Limits, replaced: Callable[[], None]) -> None:
        self._limits = limits
        self._replaced = replaced
        self.process: WorkerProcess | None = None

    def fill(self, died: bool = True) -> None:
        """Start a worker unless there is one that lives; a dead one counts as replaced if it ``died`` by itself."""
        if self.process and self.process.alive():
            return
        if self.process and died:
            self._replaced()
        try:
            self.process = WorkerProcess(self._limits)
        except Exception as error:
            _log.warning("A worker cannot be started: %s.", error)
            self.process = None
