"""Resizing as MATLAB's ``imresize`` does it, by which the small images of super-resolution benchmarks are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLOCK_VALUES = 1 << 14  # of the result are made at a time, which stay in the cache


@dataclass(frozen=True)
class Kernel:
    """A resampling kernel: weights by distance in pixels, which are 0 from ``reach`` on."""

    weights: Callable[[Array], Array]
    reach: int


def _cubic(x: Array) -> Array:
    x = np.abs(x)
    inner, outer = 1.5 * x**3 - 2.5 * x**2 + 1, -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, inner, np.where(x < 2, outer, 0.0))


def _lanczos(x: Array) -> Array:
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0.0)


CUBIC = Kernel(_cubic, 2)  # cubic convolution (Keys 1981, a = -0.5)
LANCZOS = Kernel(_lanczos, 3)


def resize(picture: NDArray[Any], height: int, width: int, kernel: Kernel = CUBIC) -> Array:
    """Return HxWxC (or HxW) values at another size, as float64, neither rounded nor clipped.

    Where a side shrinks, the kernel is stretched against aliasing; borders are mirrored. The same as MATLAB's
    ``imresize(im2double(x), [height width], "bicubic")``, or "lanczos3".
    """
    rows = _along_rows(np.asarray(picture, dtype=np.float64), height, kernel)
    return _along_rows(rows.swapaxes(0, 1), width, kernel).swapaxes(0, 1)


def _along_rows(x: Array, size: int, kernel: Kernel) -> Array:
    """Resize the first axis."""
    old = x.shape[0]
    scale = size / old
    stretch = min(scale, 1.0)
    centres = (np.arange(size) + 0.5) / scale - 0.5
    first = np.floor(centres - kernel.reach / stretch).astype(int)
    taps = first[:, None] + np.arange(int(np.ceil(2 * kernel.reach / stretch)) + 2)
    weights = kernel.weights((centres[:, None] - taps) * stretch)
    weights /= weights.sum(1, keepdims=True)
    mirrored = np.minimum(taps % (2 * old), (-taps - 1) % (2 * old))
    flat = np.ascontiguousarray(x).reshape(old, -1)
    result = np.zeros((size, flat.shape[1]))
    rows = max(BLOCK_VALUES // flat.shape[1], 1)
    for top in range(0, size, rows):
        part = result[top : top + rows]
        term = np.empty_like(part)
        for weight, tap in zip(weights[top : top + rows].T, mirrored[top : top + rows].T, strict=True):
            np.take(flat, tap, axis=0, out=term, mode="clip")  # any other mode copies once more
            term *= weight[:, None]
            part += term
    return result.reshape(size, *x.shape[1:])
