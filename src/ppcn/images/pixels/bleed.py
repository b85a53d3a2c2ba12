"""Colours of what cannot be seen: filters that mix neighbours would else draw them into transparent edges."""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.images.colour.icc import Floats
from ppcn.images.colour.srgb import own
from ppcn.images.photo import COLOURS, Photo, stored

REACH = 8  # pixels, from those that can be seen


def bleed(photo: Photo) -> Photo:
    """Return a photo with alpha whose transparent pixels have the colours of the nearest ones that can be seen.

    Editors leave black or white there, which would show as a fringe around what has been cut out. Colours beyond
    ``REACH``, and of all that can be seen, stay.
    """
    hidden = photo.pixels[:, :, -1:] == 0
    known, colours = ~hidden, own(photo, slice(None))
    for _ in range(REACH):
        near = _sums(known.astype(np.float32))
        found = (~known & (near > 0))[:, :, 0]
        colours[found] = _sums(colours * known)[found] / near[found]
        known[found] = True
    pixels = photo.pixels.copy()
    pixels[:, :, : COLOURS[photo.space]] = np.where(hidden, stored(colours, pixels.dtype), photo.colours)
    return replace(photo, pixels=pixels)


def _sums(values: Floats) -> NDArray[Any]:
    """Return the sums over 3x3 pixels, HxWxC; nothing lies beyond the borders."""
    height, width, _ = values.shape
    padded = np.pad(values, ((1, 1), (1, 1), (0, 0)))
    rows = padded[:height] + padded[1 : height + 1] + padded[2:]
    return rows[:, :width] + rows[:, 1 : width + 1] + rows[:, 2:]
