"""Resampling a photo's pixels by a ratio, block by block."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.images.depth import from_float, peak
from ppcn.images.pixels.resize import CUBIC, LANCZOS, resize
from ppcn.images.pixels.row_blocks import row_blocks

HALO = 3  # rows that a block reads above and below its own: the reach of Lanczos's kernel


def rescale(pixels: NDArray[Any], old: int, new: int) -> NDArray[Any]:
    """Return HxWxC pixels resized by ``new / old``, of the same type; both sides are multiples of ``old``.

    Lanczos's kernel of three lobes makes them smaller, a bicubic one larger; flat parts stay flat. The values are
    resized as they are stored, not as light, as are the small pictures that networks learn to enlarge.
    """
    kernel = LANCZOS if new < old else CUBIC
    height, width, channels = pixels.shape[0] // old, pixels.shape[1] // old, pixels.shape[2]
    result = np.empty((new * height, new * width, channels), pixels.dtype)
    for rows in row_blocks(height, width):
        first, last = max(rows.start - HALO, 0), min(rows.stop + HALO, height)
        values = resize(pixels[old * first : old * last], new * (last - first), new * width, kernel)
        inner = values[new * (rows.start - first) : new * (rows.stop - first)]
        result[new * rows.start : new * rows.stop] = from_float(inner / peak(pixels.dtype), pixels.dtype)
    return result
