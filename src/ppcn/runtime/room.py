"""Memory for the maps of a photo, used again for the next one: fresh pages cost as much time as computing them."""

import math
import threading
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

MOST = 1 << 28  # bytes that are kept for later: the maps of a photo of two megapixels

_spare: list[NDArray[np.float32]] = []
_lock = threading.Lock()


class Room:
    """Arrays for one photo: none of them may be used after the ``with`` block."""

    def __init__(self) -> None:
        self._lent: list[NDArray[np.float32]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._give_back(self._lent)

    def take(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """Return an array of any values."""
        size = math.prod(shape)
        with _lock:
            fitting = [number for number, block in enumerate(_spare) if size <= block.size <= 2 * size]
            block = _spare.pop(fitting[0]) if fitting else np.empty(size, np.float32)
        self._lent.append(block)
        return block[:size].reshape(shape)

    def keep_only(self, arrays: Sequence[NDArray[np.float32]]) -> None:
        """Take back all arrays but these."""
        bases = {id(array.base) for array in arrays}
        gone = [block for block in self._lent if id(block) not in bases]
        self._lent = [block for block in self._lent if id(block) in bases]
        self._give_back(gone)

    @staticmethod
    def _give_back(blocks: Sequence[NDArray[np.float32]]) -> None:
        with _lock:
            _spare.extend(blocks)
            while sum(block.nbytes for block in _spare) > MOST:
                _spare.pop(0)
