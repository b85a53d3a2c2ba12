"""Numbers of four bytes, one after the other: how a network's file is written (docs/formats/network.md)."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike


class Words:
    """Writes whole numbers (int32), floats, and arrays of floats, all little-endian.

    ``halves``: arrays of at least ``FEW`` floats are written as float16, in half the bytes.
    """

    FEW = 256

    def __init__(self, *, halves: bool = False) -> None:
        self.halves = halves
        self._parts: list[bytes] = []

    def number(self, *values: int) -> None:
        """Write whole numbers."""
        self._parts.append(np.array(values, "<i4").tobytes())

    def numbers(self, values: Iterable[int]) -> None:
        """Write a list of whole numbers: how many there are, then these."""
        listed = list(values)
        self.number(len(listed), *listed)

    def real(self, value: float) -> None:
        """Write a float32."""
        self._parts.append(np.float32(value).astype("<f4").tobytes())

    def reals(self, values: ArrayLike) -> None:
        """Write an array: how many values it has, the bytes of each, these, and zeros up to a multiple of four."""
        array = np.asarray(values, "<f4").ravel()
        if self.halves and array.size >= self.FEW:
            array = array.astype("<f2")
        self.number(array.size, array.itemsize)
        self._parts.append(array.tobytes() + b"\0" * (-array.nbytes % 4))

    def data(self) -> bytes:
        """Return what was written."""
        return b"".join(self._parts)
