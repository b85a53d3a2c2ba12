"""Enhancing one photo: what files, streams, images and arrays have in common."""

from dataclasses import replace

import numpy as np

from ppcn.errors import ModelError
from ppcn.images.colour.blend import blend_rows
from ppcn.images.formats import result_format
from ppcn.images.photo import Photo
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.engine.row_sources import PhotoRows
from ppcn.runtime.engine.strips import Progress

# Our enhancers take what lies around a photo for black, which shows as a coloured line along its edges: so they get a
# mirrored border, at least as wide as they see, which is cut off again.
BORDER = 16


def enhance_photo(photo: Photo, engine: Engine, strength: float = 1.0, progress: Progress | None = None) -> Photo:
    """Return the photo with ``strength`` (0 to 1) of what the network changes; metadata and alpha stay.

    Networks of ours see the photo in a mirrored border of ``BORDER`` pixels. Raises ModelError for a network that does
    not keep the size.
    """
    if strength == 0:
        return photo
    pixels = np.empty_like(photo.pixels)
    border = BORDER if engine.halo else 0
    bordered = PhotoRows(photo, border)
    for strip in engine.strips(bordered, progress):
        height, width, _ = strip.of
        if (height, width) != (bordered.height, bordered.width):
            size = f"{width * photo.width // bordered.width}x{height * photo.height // bordered.height}"
            raise ModelError(
                f"{engine.name} makes {size} pixels of {photo.width}x{photo.height}: "
                "an enhancer has to keep a photo's size; choose another model."
            )
        top = strip.rows.start - border
        rows = slice(max(top, 0), min(strip.rows.stop - border, photo.height))
        if rows.start < rows.stop:
            inner = strip.pixels[rows.start - top : rows.stop - top, border : border + photo.width]
            pixels[rows] = blend_rows(photo, rows, inner, strength)
    return replace(photo, pixels=pixels)


def format_for(photo: Photo) -> str:
    """Return the format of a photo's result: its own, but JPEG for HEIC and GIF (PNG if these have alpha)."""
    return result_format(photo.format, photo.alpha).name
