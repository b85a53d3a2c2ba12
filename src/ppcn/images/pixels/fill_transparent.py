"""Colours for transparent pixels: filters mix neighbours, and would draw whatever they hold into visible edges."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.arrays import Pixels
from ppcn.images.depth import from_float, to_float
from ppcn.images.photo import COLOURS, Photo

RADIUS = 8  # pixels


def fill_transparent(photo: Photo) -> Photo:
    """Return a photo with alpha in which transparent pixels have the colours of the nearest visible ones.

    Editors leave black or white there, which would show as a fringe around what has been cut out. Visible pixels, and
    those further than ``RADIUS`` from any, stay as they are.
    """
    hidden = photo.pixels[:, :, -1:] == 0
    known, colours = ~hidden, to_float(photo.colours)
    for _ in range(RADIUS):
        near = _sums(known.astype(np.float32))
        found = (~known & (near > 0))[:, :, 0]
        colours[found] = _sums(colours * known)[found] / near[found]
        known[found] = True
    pixels = photo.pixels.copy()
    pixels[:, :, : COLOURS[photo.space]] = np.where(hidden, from_float(colours, pixels.dtype), photo.colours)
    return replace(photo, pixels=pixels)


def _sums(values: Pixels) -> NDArray[Any]:
    """Return the sums over 3x3 pixels, HxWxC; nothing lies beyond the borders."""
    height, width, _ = values.shape
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)))
    rows = padded[:height] + padded[1 : height + 1] + padded[2:]
    return rows[:, :width] + rows[:, 1 : width + 1] + rows[:, 2:]
