"""Putting an enhanced picture into the photo that it came from."""

from dataclasses import replace

import numpy as np

from ppcn.images.colour import blocks, own
from ppcn.images.icc import Floats
from ppcn.images.photo import COLOURS, Photo
from ppcn.images.spaces import Srgb, space_of


def blend(photo: Photo, enhanced: Floats, strength: float = 1.0) -> Photo:
    """Return the photo with the change that leads from ``to_srgb(photo)`` to ``enhanced``, times ``strength``.

    ``enhanced`` is sRGB, float32 HxWx3 in [0, 1]. Only the difference is carried into the photo's own colour space, so
    colours that sRGB cannot show survive, alpha is untouched, and strength 0 gives back the same pixels, bit by bit;
    for plain sRGB photos strength 1 gives ``enhanced``. CMYK photos go from their own inks to those of ``enhanced``.
    """
    if enhanced.shape != (photo.height, photo.width, 3):
        raise ValueError(f"a {photo.height}x{photo.width} photo cannot take a change of the shape {enhanced.shape}")
    if strength == 0:
        return photo
    space = space_of(photo)
    pixels = photo.pixels.copy()
    for rows in blocks(photo):
        before, after = own(photo, rows), enhanced[rows]
        if isinstance(space, Srgb):
            change = after - before
        else:
            # In CMYK the same colour can be mixed in many ways, and a difference of two mixtures fits no third one.
            base = before if photo.space == "cmyk" else space.from_srgb(space.to_srgb(before))
            change = space.from_srgb(after) - base
        result = (before + np.float32(strength) * change) * np.float32(photo.peak)
        pixels[rows, :, : COLOURS[photo.space]] = np.rint(np.clip(result, 0, photo.peak))
    return replace(photo, pixels=pixels)
