"""Enhancing one photo: what files, streams, images and arrays have in common."""

from dataclasses import replace

import numpy as np

from ppcn.errors import ModelError
from ppcn.files import READ_ONLY
from ppcn.images.blend import blend_rows
from ppcn.images.photo import Photo
from ppcn.runtime.engine import Engine
from ppcn.runtime.rows import PhotoRows
from ppcn.runtime.strips import Progress


def enhance_photo(photo: Photo, engine: Engine, strength: float = 1.0, progress: Progress | None = None) -> Photo:
    """Return the photo with ``strength`` (0 to 1) of what the network changes; metadata and alpha stay.

    Raises ModelError for a network that does not keep the size.
    """
    if strength == 0:
        return photo
    pixels = np.empty_like(photo.pixels)
    for strip in engine.strips(PhotoRows(photo), progress):
        height, width, _ = strip.of
        if (height, width) != (photo.height, photo.width):
            raise ModelError(
                f"{engine.name} makes {width}x{height} pixels of {photo.width}x{photo.height}: "
                "an enhancer has to keep a photo's size; choose another model."
            )
        pixels[strip.rows] = blend_rows(photo, strip.rows, strip.pixels, strength)
    return replace(photo, pixels=pixels)


def format_for(photo: Photo) -> str:
    """Return the format of a photo's result: its own, but JPEG for HEIC and GIF (PNG if these have alpha)."""
    if photo.format in READ_ONLY:
        return "png" if photo.alpha else "jpeg"
    return photo.format
