"""The server's side of a worker: a process, and the pipe to it."""

import multiprocessing
import threading
import time

from ppcn.server import worker
from ppcn.server.limits import Limits
from ppcn.server.worker import PhotoRequest, PhotoResponse, Refusal

LOOK = 0.2  # seconds after which it is looked whether anybody still waits
START = 120  # seconds in which a worker has to load its networks
TAKE = 20  # seconds in which it has to take a photo


class NotTakenError(Exception):
    """The worker ended before it had the photo, which is therefore not what it died of."""


class WorkerProcess:
    """A running worker. Raises OSError where the system has no process for it, or it ends before it is ready."""

    def __init__(self, limits: Limits) -> None:
        spawn = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
        self._seconds = limits.seconds
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=worker.main, args=(theirs, limits), daemon=True)
        self._process.start()
        theirs.close()  # so that its end is seen here
        try:
            self._await(START)
            self._pipe.recv_bytes()
        except (EOFError, OSError) as error:
            self._kill()
            raise OSError("it ended, or took too long, before it was ready") from error

    def work(self, request: PhotoRequest, dropped: threading.Event) -> PhotoResponse | Refusal:
        """Have a request done; raises EOFError or OSError if the worker dies of it, TimeoutError if it is slow.

        Raises NotTakenError where it is dead already. It is killed, and EOFError raised, where the request is
        ``dropped``.
        """
        taken = False
        try:
            self._pipe.send(request)
            self._await(TAKE, dropped)
            self._pipe.recv_bytes()
            taken = True
            self._await(self._seconds, dropped)
            return worker.receive(self._pipe)
        except (EOFError, OSError) as error:  # TimeoutError is one
            self._kill()
            if taken or dropped.is_set():
                raise
            raise NotTakenError from error

    def alive(self) -> bool:
        """Tell whether it can take another request."""
        return self._process.is_alive()

    def end(self) -> None:
        """End it, once it is idle."""
        self._pipe.close()
        self._process.join()

    def _kill(self) -> None:
        self._process.kill()
        self._process.join()

    def _await(self, seconds: float, dropped: threading.Event | None = None) -> None:
        """Wait until something comes through the pipe, or its end; raises TimeoutError after some seconds."""
        end = time.monotonic() + seconds
        while not self._pipe.poll(min(max(end - time.monotonic(), 0), LOOK)):
            if dropped and dropped.is_set():
                raise EOFError
            if time.monotonic() >= end:
                raise TimeoutError
