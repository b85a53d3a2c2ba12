"""EXIF's orientation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_QUARTER_TURNS = {3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}  # by orientation: to the left, after mirroring
_MIRRORED = (2, 4, 5, 7)


def apply_orientation(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return pixels as an EXIF orientation (1 to 8) wants them seen; anything else means 1."""
    if orientation in _MIRRORED:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(np.rot90(pixels, _QUARTER_TURNS.get(orientation, 0)))
