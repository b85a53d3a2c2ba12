"""Memory for the maps of a photo, used again for the next one: fresh pages cost as much time as computing them."""

import math
import mmap
import threading
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class _Block:
    memory: mmap.mmap
    floats: NDArray[np.float32]  # on it


_spare: list[_Block] = []  # the longest unused first
_lock = threading.Lock()


class Room:
    """Arrays for one photo: none of them may be used after the ``with`` block.

    What is given back is kept for the next photo, but new memory takes the place of what is spare: a process never
    holds more than it needed at once. Systems that know how may take it back between photos when others are short of
    it; not before, as pages of which they were told so take time when they are used again.
    """

    def __init__(self) -> None:
        self._lent: list[_Block] = []
        self._used = weakref.WeakSet[_Block]()  # what new memory takes the place of is not held by this

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back(self._lent)
        with _lock:
            idle = [block for block in _spare if block in self._used]
            _spare[:] = [block for block in _spare if block not in self._used]
        for block in idle:
            _advise(block.memory, "MADV_FREE")
        self._give_back(idle)

    def take(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Return an array of any values, which begins where a page of memory does."""
        size = math.prod(shape)
        with _lock:
            fitting = [block for block in _spare if size <= block.floats.size <= 2 * size]
            if fitting:
                block = min(fitting, key=lambda block: block.floats.size)
                _spare.remove(block)
            else:
                freed = 0
                while _spare and freed < size:
                    freed += _spare.pop(0).floats.size
                block = _new(size)
        self._lent.append(block)
        self._used.add(block)
        return block.floats[:size].reshape(shape)

    def keep_only(self, arrays: Sequence[NDArray[np.float32]]) -> None:
        """Take back all arrays but these, and those that these are parts of."""
        lent, self._lent = self._lent, []
        gone = []
        for block in lent:
            used = any(np.may_share_memory(block.floats, array) for array in arrays)
            (self._lent if used else gone).append(block)
        self._give_back(gone)

    @staticmethod
    def _give_back(blocks: Sequence[_Block]) -> None:
        with _lock:
            _spare.extend(blocks)


def _new(size: int) -> _Block:
    private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
    memory = mmap.mmap(-1, max(4 * size, 1), **private)
    _advise(memory, "MADV_HUGEPAGE")
    return _Block(memory, np.frombuffer(memory, np.float32))


def _advise(memory: mmap.mmap, advice: str) -> None:
    """Tell the system how memory is used, where it can be told."""
    if hasattr(mmap, advice):
        with suppress(OSError):  # a kernel without it
            memory.madvise(getattr(mmap, advice))
