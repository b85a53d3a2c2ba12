"""Enlarging a photo.

The network runs on the stored values, in whatever colour space: its knowledge of edges and texture holds in all of
them, and no colour is lost on the way through another one.
"""

from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import InputError, ModelError
from ppcn.images.depth import from_float
from ppcn.images.metadata import xmp
from ppcn.images.photo import COLOURS, Photo
from ppcn.images.pixels.fill_transparent import fill_transparent
from ppcn.images.pixels.grey import is_grey
from ppcn.images.pixels.rescale import rescale
from ppcn.images.pixels.row_blocks import row_blocks
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.engine.row_sources import ChannelRows
from ppcn.runtime.engine.strips import Progress

SCALES = (2, 3, 4)
# A photo's channels in threes, as networks take them. A channel that is given three times gets the mean of the results.
TRIPLES = {"grey": ((0, 0, 0),), "rgb": ((0, 1, 2),), "cmyk": ((0, 1, 2), (3, 3, 3))}


@dataclass(frozen=True)
class Upscale:
    """Enlarge a photo ``scale`` times each way. Raises InputError for a scale that is not in ``SCALES``."""

    engine: Engine
    scale: int = 4

    def __post_init__(self) -> None:
        if not isinstance(self.scale, Integral) or self.scale not in SCALES:
            raise InputError(f"The scale {self.scale!r} is none of 2, 3 and 4.")

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        """Return the photo ``scale`` times larger, of the same depth and in the same colour space; its metadata stay.

        Where the network enlarges more, its result is reduced by Lanczos. Alpha is enlarged by bicubic: flat parts stay
        flat, opaque parts opaque; hidden colours do not show along its edges. Raises ModelError for a network that
        enlarges less than ``scale`` times.
        """
        if photo.alpha:
            photo = fill_transparent(photo)
        colours = self._enlarged(photo, progress)
        factor = colours.shape[0] // photo.height
        if factor > self.scale:
            colours = rescale(colours, factor, self.scale)
        if photo.alpha:
            alpha = photo.pixels[:, :, COLOURS[photo.space] :]
            colours = np.concatenate([colours, rescale(alpha, 1, self.scale)], 2)
        return replace(photo, pixels=colours, xmp=photo.xmp and xmp.enlarged(photo.xmp, self.scale))

    def _enlarged(self, photo: Photo, progress: Progress | None) -> NDArray[Any]:
        """Return a photo's colours as large as the network makes them."""
        pixels, grey = np.empty(0, photo.pixels.dtype), is_grey(photo)
        for triple in TRIPLES[photo.space]:
            for strip in self.engine.strips(ChannelRows(photo, triple), progress):
                height, width, _ = strip.of
                factor = height // photo.height
                if (height, width) != (factor * photo.height, factor * photo.width) or factor < self.scale:
                    raise ModelError(
                        f"{self.engine.name} makes {width}x{height} pixels of {photo.width}x{photo.height}, which is "
                        f"not {self.scale} times larger: choose another model or another scale."
                    )
                if not pixels.size:
                    pixels = np.empty((height, width, COLOURS[photo.space]), pixels.dtype)
                same = grey or len(set(triple)) == 1
                target = pixels[strip.rows, :, triple[0] : triple[-1] + 1]
                for rows in row_blocks(len(target), width):
                    made = strip.pixels[rows]
                    target[rows] = from_float(made.mean(2, keepdims=True) if same else made, pixels.dtype)
        return pixels
