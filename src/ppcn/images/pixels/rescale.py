"""Other sizes of a photo's pixels, as they are stored."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.images.photo import peak, stored
from ppcn.images.pixels.blocks import blocks
from ppcn.images.pixels.resize import CUBIC, LANCZOS, resize

SEEN = 3  # rows of the grid beside its own that a row can see: Lanczos's reach


def rescale(pixels: NDArray[Any], old: int, new: int) -> NDArray[Any]:
    """Return pixels that are ``old`` times as large as a grid at ``new`` times its size; HxWxC, of the same type.

    They shrink through Lanczos's kernel of three lobes and grow through bicubic; flat parts stay flat. This works on
    stored values, not on light: so were the small pictures made that networks learned to enlarge.
    """
    kernel = LANCZOS if new < old else CUBIC
    height, width, channels = pixels.shape[0] // old, pixels.shape[1] // old, pixels.shape[2]
    result = np.empty((new * height, new * width, channels), pixels.dtype)
    for rows in blocks(height, width):
        first, last = max(rows.start - SEEN, 0), min(rows.stop + SEEN, height)
        values = resize(pixels[old * first : old * last], new * (last - first), new * width, kernel)
        inner = values[new * (rows.start - first) : new * (rows.stop - first)]
        result[new * rows.start : new * rows.stop] = stored(inner / peak(pixels.dtype), pixels.dtype)
    return result
