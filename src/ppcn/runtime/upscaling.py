"""Making one photo larger: what files, streams, images and arrays have in common.

The network runs on the values as they are stored, in whatever colour space: what it knows of edges and texture holds in
all of them, and no colour is lost on the way through another one.
"""

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import ModelError
from ppcn.images.bleed import bleed
from ppcn.images.colour import own
from ppcn.images.photo import COLOURS, Photo, stored
from ppcn.images.rescale import rescale
from ppcn.runtime.engine import Engine
from ppcn.runtime.strips import Progress

# A photo's channels in threes, as networks take them. Of one that is shown three times, the mean is taken.
TRIPLES = {"grey": ((0, 0, 0),), "rgb": ((0, 1, 2),), "cmyk": ((0, 1, 2), (3, 3, 3))}


def upscale_photo(photo: Photo, engine: Engine, scale: int = 4, progress: Progress | None = None) -> Photo:
    """Return the photo ``scale`` times larger, of the same depth and in the same colour space; its metadata stay.

    Where the network enlarges more than that, Lanczos makes its result smaller. Alpha is enlarged by bicubic: flat
    parts stay flat, opaque ones opaque; what it hides does not show in its edges. Raises ModelError for a network that
    enlarges less than ``scale`` times.
    """
    if photo.alpha:
        photo = bleed(photo)
    colours = np.concatenate([_enlarged(photo, triple, engine, scale, progress) for triple in TRIPLES[photo.space]], 2)
    factor = colours.shape[0] // photo.height
    if factor > scale:
        colours = rescale(colours, factor, scale)
    alpha = photo.pixels[:, :, COLOURS[photo.space] :]
    return replace(photo, pixels=np.concatenate([colours, rescale(alpha, 1, scale)], 2) if photo.alpha else colours)


def _enlarged(
    photo: Photo, triple: tuple[int, ...], engine: Engine, scale: int, progress: Progress | None
) -> NDArray[Any]:
    """Return three channels, or one, as large as the network makes them."""
    result = engine(own(photo, slice(None))[:, :, triple], progress)
    (height, width), (old_height, old_width) = result.shape[:2], (photo.height, photo.width)
    factor = height // old_height
    if (height, width) != (factor * old_height, factor * old_width) or factor < scale:
        raise ModelError(
            f"{engine.name} makes {width}x{height} pixels of {old_width}x{old_height}, which is not {scale} times "
            "larger: choose another model or another scale."
        )
    return stored(result if len(set(triple)) > 1 else result.mean(2, keepdims=True), photo.pixels.dtype)
