"""Enhancing one photo: what files, streams, images and arrays have in common."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ppcn.errors import ModelError
from ppcn.files import READ_ONLY
from ppcn.images.blend import blend_rows
from ppcn.images.photo import Photo
from ppcn.runtime.engine import Engine, Strip
from ppcn.runtime.rows import PhotoRows, Rows
from ppcn.runtime.strips import Progress


def enhance_photo(photo: Photo, engine: Engine, strength: float = 1.0, progress: Progress | None = None) -> Photo:
    """Return the photo with ``strength`` (0 to 1) of what the network changes; metadata and alpha stay."""
    if strength == 0:
        return photo
    pixels = np.empty_like(photo.pixels)
    for strip in enhanced_strips(PhotoRows(photo), engine, progress):
        pixels[strip.rows] = blend_rows(photo, strip.rows, strip.pixels, strength)
    return replace(photo, pixels=pixels)


def enhanced_strips(picture: Rows, engine: Engine, progress: Progress | None = None) -> Iterator[Strip]:
    """Yield the strips of an enhanced picture; raises ModelError for a network that does not keep the size."""
    for strip in engine.strips(picture, progress):
        height, width, _ = strip.of
        if (height, width) != (picture.height, picture.width):
            raise ModelError(
                f"{engine.name} makes {width}x{height} pixels of {picture.width}x{picture.height}: "
                "an enhancer has to keep a photo's size; choose another model."
            )
        yield strip


def format_for(photo: Photo) -> str:
    """Return the format of a photo's result: its own, but JPEG for HEIC and GIF (PNG if these have alpha)."""
    if photo.format in READ_ONLY:
        return "png" if photo.alpha else "jpeg"
    return photo.format
