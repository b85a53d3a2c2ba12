"""What the networks see of a photo (sRGB), and the way back into the photo's own colour space."""

from collections.abc import Iterator

import numpy as np

from ppcn.images.icc import Floats
from ppcn.images.photo import COLOURS, Photo
from ppcn.images.spaces import ColourSpace, space_of

BLOCK_ROWS = 128


def to_srgb(photo: Photo) -> Floats:
    """Return a photo as sRGB, float32 HxWx3 in [0, 1], without its alpha channel.

    RGB without a profile is sRGB; grey stands in all three channels; everything else goes through the photo's ICC
    profile, and CMYK without one through libvips's. 16 bits stay 16 bits.
    """
    space = space_of(photo)
    rgb = np.empty((photo.height, photo.width, 3), np.float32)
    for rows in blocks(photo):
        rgb[rows] = space.to_srgb(own(photo, rows))
    return rgb


def from_srgb(rgb: Floats, like: Photo) -> Floats:
    """Return sRGB, float32 HxWx3 in [0, 1], in another photo's colour space: float32 HxWxC, without alpha.

    Grey is the luma of BT.709, whose primaries sRGB has.
    """
    space: ColourSpace = space_of(like)
    result = np.empty((*rgb.shape[:2], COLOURS[like.space]), np.float32)
    for top in range(0, rgb.shape[0], BLOCK_ROWS):
        result[top : top + BLOCK_ROWS] = space.from_srgb(rgb[top : top + BLOCK_ROWS])
    return result


def blocks(photo: Photo) -> Iterator[slice]:
    """Yield slices of rows: conversions work on few rows at a time, since each takes several times their memory."""
    return (slice(top, top + BLOCK_ROWS) for top in range(0, photo.height, BLOCK_ROWS))


def own(photo: Photo, rows: slice) -> Floats:
    """Return some rows of a photo in its own colour space: float32 HxWxC in [0, 1], without alpha."""
    return photo.colours[rows].astype(np.float32) / np.float32(photo.peak)
