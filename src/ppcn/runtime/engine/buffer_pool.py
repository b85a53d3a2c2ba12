"""A pool of buffers for the maps of photos: fresh pages of memory cost as much time as computing what fills them."""

import errno
import math
import mmap
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ppcn.locks import ForkSafeLock


@dataclass(frozen=True, eq=False)
class _Buffer:
    memory: mmap.mmap
    floats: NDArray[np.float32]  # a view of it


_pool: list[_Buffer] = []  # the longest unused first
_lock = ForkSafeLock()


class Buffers:
    """Arrays borrowed from the pool for one photo: none of them may be used after the ``with`` block.

    A new buffer takes the place of unused ones: a process never holds more than it needed at once. What is given back
    is offered to the system at the end of the photo, not before, as pages that were offered take time to use again.
    """

    def __init__(self) -> None:
        self._borrowed: list[_Buffer] = []
        self._used = weakref.WeakSet[_Buffer]()  # weak: a buffer that another one has replaced is to be freed at once

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back(self._borrowed)
        self._borrowed = []
        with _lock.held():
            idle = [buffer for buffer in _pool if buffer in self._used]
            _pool[:] = [buffer for buffer in _pool if buffer not in self._used]
        for buffer in idle:
            _advise(buffer.memory, "MADV_FREE")
        self._give_back(idle)

    def take(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Return an array of any values that begins at a page of memory; raises MemoryError."""
        size = math.prod(shape)
        with _lock.held():
            fitting = [buffer for buffer in _pool if size <= buffer.floats.size <= 2 * size]
            if fitting:
                buffer = min(fitting, key=lambda buffer: buffer.floats.size)
                _pool.remove(buffer)
            else:
                freed = 0
                while _pool and freed < size:
                    freed += _pool.pop(0).floats.size
                buffer = _new(size)
        self._borrowed.append(buffer)
        self._used.add(buffer)
        return buffer.floats[:size].reshape(shape)

    def keep_only(self, arrays: Sequence[NDArray[np.float32]]) -> None:
        """Give back all arrays but these, and those that these are parts of."""
        borrowed, self._borrowed = self._borrowed, []
        unused = []
        for buffer in borrowed:
            used = any(np.may_share_memory(buffer.floats, array) for array in arrays)
            (self._borrowed if used else unused).append(buffer)
        self._give_back(unused)

    @staticmethod
    def _give_back(buffers: Sequence[_Buffer]) -> None:
        with _lock.held():
            _pool.extend(buffers)


def new_array(shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Return a new array in large pages of memory, where the system has them; raises MemoryError."""
    return _new(math.prod(shape)).floats.reshape(shape)


def _new(size: int) -> _Buffer:
    private = {"flags": mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS} if hasattr(mmap, "MAP_ANONYMOUS") else {}
    try:
        memory = mmap.mmap(-1, max(4 * size, 1), **private)
    except OSError as error:
        if error.errno != errno.ENOMEM:
            raise
        raise MemoryError(f"a map of {4 * size} bytes does not fit into memory") from error
    _advise(memory, "MADV_HUGEPAGE")
    return _Buffer(memory, np.frombuffer(memory, np.float32))


def _advise(memory: mmap.mmap, advice: str) -> None:
    """Tell the system how memory is used, where it can be told."""
    if hasattr(mmap, advice):
        with suppress(OSError):  # a kernel without it
            memory.madvise(getattr(mmap, advice))
