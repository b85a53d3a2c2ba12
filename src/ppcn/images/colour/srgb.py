"""Conversion of photos to sRGB, which networks take."""

import numpy as np
from numpy.typing import NDArray

from ppcn.arrays import Pixels
from ppcn.images.colour.spaces import space_of
from ppcn.images.depth import to_float
from ppcn.images.photo import Photo
from ppcn.images.pixels.row_blocks import row_blocks


def to_srgb(photo: Photo) -> Pixels:
    """Return a photo as sRGB, float32 HxWx3 in [0, 1], without its alpha channel.

    RGB without a profile is sRGB; grey stands in all three channels; everything else goes through the photo's ICC
    profile, and CMYK without one through libvips's. 16 bits stay 16 bits.
    """
    rgb = np.empty((photo.height, photo.width, 3), np.float32)
    for rows in row_blocks(photo.height, photo.width):
        rgb[rows] = srgb_rows(photo, rows)
    return rgb


def srgb_rows(photo: Photo, rows: slice | NDArray[np.intp]) -> Pixels:
    """Return some rows of ``to_srgb(photo)``, without converting the others."""
    return space_of(photo).to_srgb(to_float(photo.colours[rows]))
