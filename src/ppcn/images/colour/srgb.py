"""What the networks see of a photo (sRGB), and the way back into the photo's own colour space."""

import numpy as np

from ppcn.arrays import Pixels
from ppcn.images.colour.spaces import space_of
from ppcn.images.depth import to_float
from ppcn.images.photo import COLOURS, Photo
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


def srgb_rows(photo: Photo, rows: slice) -> Pixels:
    """Return some rows of ``to_srgb(photo)``: every pixel is converted for itself."""
    return space_of(photo).to_srgb(to_float(photo.colours[rows]))


def from_srgb(rgb: Pixels, like: Photo) -> Pixels:
    """Return sRGB, float32 HxWx3 in [0, 1], in another photo's colour space: float32 HxWxC, without alpha.

    Grey is the luma of BT.709, whose primaries sRGB has.
    """
    space = space_of(like)
    result = np.empty((*rgb.shape[:2], COLOURS[like.space]), np.float32)
    for rows in row_blocks(*rgb.shape[:2]):
        result[rows] = space.from_srgb(rgb[rows])
    return result
