"""The memory budget of a run: a photo is let in when it fits beside the photos in hand."""

import threading

from ppcn.runtime.operations import memory


class MemoryBudget:
    """The memory that is free, shared by the photos in hand."""

    def __init__(self) -> None:
        self._free = memory.available()
        self._taken = 0
        self._changed = threading.Condition()

    def take(self, size: int) -> None:
        """Take ``size`` bytes once they are free; raises ``NotEnoughMemory`` where one photo alone needs more."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken or self._taken + size <= self._free)
            if not self._taken:
                self._free = memory.available()
            memory.check(size, self._free)
            self._taken += size

    def give_back(self, size: int) -> None:
        """Give ``size`` bytes back."""
        with self._changed:
            self._taken -= size
            self._changed.notify_all()
