"""Colours that a file stores multiplied by their opacity."""

from dataclasses import replace

import numpy as np

from ppcn.images.depth import from_float
from ppcn.images.photo import COLOURS, Photo


def straight(photo: Photo) -> Photo:
    """Return a photo with alpha whose colours, stored multiplied by it, are divided by it; unseen ones stay."""
    pixels, colours = photo.pixels.copy(), COLOURS[photo.space]
    alpha = photo.pixels[:, :, -1:]
    divided = np.divide(photo.colours, alpha, where=alpha > 0, out=np.zeros(photo.colours.shape, np.float32))
    pixels[:, :, :colours] = from_float(divided, pixels.dtype)
    return replace(photo, pixels=pixels)
