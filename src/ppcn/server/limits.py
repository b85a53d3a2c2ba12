"""What a server takes on, so that no client can take it down."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How much at most, and how many workers; rates a client and keys are for a proxy to limit and check.

    ``megabytes`` of an upload, ``megapixels`` of a photo, ``seconds`` for sending one and again for working on it,
    ``waiting`` photos that wait for a worker, ``memory_mb`` of memory a worker (MiB; Linux only).
    """

    workers: int = 1
    waiting: int = 16
    megabytes: float = 64
    megapixels: float = 50
    seconds: float = 60
    memory_mb: int = 4096

    @property
    def bytes(self) -> int:
        """Bytes of an upload."""
        return int(self.megabytes * 1e6)

    @property
    def places(self) -> int:
        """Requests that may hold a photo at the same time."""
        return self.workers + self.waiting
