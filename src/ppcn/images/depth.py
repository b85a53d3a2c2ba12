"""Bit depths of pixels: uint8, uint16, and floats in [0, 1]."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ppcn.arrays import Pixels


def peak(dtype: DTypeLike) -> int:
    """Return the largest value that pixels of a type can take: 255, 65535, or 1 for floats."""
    return int(np.iinfo(dtype).max) if np.issubdtype(dtype, np.integer) else 1


def to_float(pixels: NDArray[Any]) -> Pixels:
    """Return pixels of any type as float32 in [0, 1]."""
    return np.divide(pixels, np.float32(peak(pixels.dtype)), dtype=np.float32)


def from_float(values: NDArray[np.floating], dtype: DTypeLike) -> NDArray[Any]:
    """Return values in [0, 1], clipped, as pixels of a type; whole numbers are rounded."""
    scaled = np.clip(values, 0, 1)
    scaled *= scaled.dtype.type(peak(dtype))
    if np.issubdtype(dtype, np.integer):
        np.rint(scaled, out=scaled)
    return scaled.astype(dtype, copy=False)


def expand_to_16_bits(pixels: NDArray[Any], bits: int) -> NDArray[Any]:
    """Return uint16 pixels, of which the upper ``bits`` bits are used, with white as 65535; uint8 as they are."""
    return pixels | (pixels >> bits) if pixels.dtype == np.uint16 and bits < 16 else pixels


def to_8_bits(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return uint8 or uint16 pixels as uint8, rounded."""
    return pixels if pixels.dtype == np.uint8 else ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
