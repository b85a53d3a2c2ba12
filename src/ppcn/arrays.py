"""Types and layouts of arrays: pictures as HWC pixels, maps as NCHW planes."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.float32]  # HxWxC, in [0, 1]
Planes = NDArray[np.float32]  # 1xCxHxW
Maps = Sequence[Planes]


def as_planes(pixels: NDArray[Any]) -> NDArray[Any]:
    """Return HxWxC pixels as 1xCxHxW planes: a view."""
    return pixels.transpose(2, 0, 1)[None]


def as_pixels(planes: NDArray[Any]) -> NDArray[Any]:
    """Return 1xCxHxW planes as HxWxC pixels: a view."""
    return planes[0].transpose(1, 2, 0)
