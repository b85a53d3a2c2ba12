"""A lock that is safe under fork."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ForkSafeLock:
    """A lock that is open in a forked process: a thread that held it does not exist there."""

    def __init__(self) -> None:
        self._renew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._renew)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Hold the lock for as long as the context lasts."""
        with self._lock:
            yield

    def _renew(self) -> None:
        self._lock = threading.Lock()
