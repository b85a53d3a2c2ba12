"""Making one photo larger: what files, streams, images and arrays have in common.

The network runs on the values as they are stored, in whatever colour space: what it knows of edges and texture holds in
all of them, and no colour is lost on the way through another one.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import ModelError
from ppcn.images.photo import COLOURS, Photo
from ppcn.images.pixels.depth import from_float
from ppcn.images.pixels.fill_transparent import fill_transparent
from ppcn.images.pixels.rescale import rescale
from ppcn.images.pixels.row_blocks import row_blocks
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.engine.row_sources import StoredRows
from ppcn.runtime.engine.strips import Progress

# A photo's channels in threes, as networks take them. Of one that is shown three times, the mean is taken.
TRIPLES = {"grey": ((0, 0, 0),), "rgb": ((0, 1, 2),), "cmyk": ((0, 1, 2), (3, 3, 3))}


def upscale_photo(photo: Photo, engine: Engine, scale: int = 4, progress: Progress | None = None) -> Photo:
    """Return the photo ``scale`` times larger, of the same depth and in the same colour space; its metadata stay.

    Where the network enlarges more than that, Lanczos makes its result smaller. Alpha is enlarged by bicubic: flat
    parts stay flat, opaque ones opaque; what it hides does not show in its edges. Raises ModelError for a network that
    enlarges less than ``scale`` times.
    """
    if photo.alpha:
        photo = fill_transparent(photo)
    colours = _enlarged(photo, engine, scale, progress)
    factor = colours.shape[0] // photo.height
    if factor > scale:
        colours = rescale(colours, factor, scale)
    alpha = photo.pixels[:, :, COLOURS[photo.space] :]
    return replace(photo, pixels=np.concatenate([colours, rescale(alpha, 1, scale)], 2) if photo.alpha else colours)


def _enlarged(photo: Photo, engine: Engine, scale: int, progress: Progress | None) -> NDArray[Any]:
    """Return a photo's colours as large as the network makes them."""
    pixels = np.empty(0, photo.pixels.dtype)
    for triple in TRIPLES[photo.space]:
        for strip in engine.strips(StoredRows(photo, triple), progress):
            height, width, _ = strip.of
            factor = height // photo.height
            if (height, width) != (factor * photo.height, factor * photo.width) or factor < scale:
                raise ModelError(
                    f"{engine.name} makes {width}x{height} pixels of {photo.width}x{photo.height}, which is not "
                    f"{scale} times larger: choose another model or another scale."
                )
            if not pixels.size:
                pixels = np.empty((height, width, COLOURS[photo.space]), pixels.dtype)
            one = len(set(triple)) == 1
            target = pixels[strip.rows, :, triple[0] : triple[-1] + 1]
            for rows in row_blocks(len(target), width):
                made = strip.pixels[rows]
                target[rows] = from_float(made.mean(2, keepdims=True) if one else made, pixels.dtype)
    return pixels
