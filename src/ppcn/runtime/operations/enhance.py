"""Enhancing a photo."""

from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import InputError, ModelError
from ppcn.images.colour.blend import blend_rows
from ppcn.images.colour.spaces import Grey
from ppcn.images.depth import to_float
from ppcn.images.photo import COLOURS, Photo
from ppcn.images.pixels.grey import is_grey
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.engine.row_sources import SrgbRows
from ppcn.runtime.engine.strips import Progress

# Our enhancers pad a photo with zeros, which they take for black and which show as a coloured line along its edges: so
# they get a mirrored border, at least as wide as their field of view, which is cut off again.
BORDER = 16
SAMPLES = 512  # along each side, at which the change of a photo is measured


@dataclass(frozen=True)
class Enhance:
    """Enhance a photo, with ``strength`` (0 to 1) of the network's change. Raises InputError for another strength."""

    engine: Engine
    strength: float = 1.0

    def __post_init__(self) -> None:
        if not (isinstance(self.strength, Real) and 0 <= self.strength <= 1):
            raise InputError(f"The strength {self.strength!r} is no number from 0 to 1.")

    @property
    def scale(self) -> int:
        """An enhanced photo is as large as before."""
        return 1

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        """Return the enhanced photo; metadata and alpha stay, and grey stays grey.

        Raises ModelError for a network that changes the size.
        """
        if self.strength == 0:
            return replace(photo, change=0.0)
        pixels = np.empty_like(photo.pixels)
        border = BORDER if self.engine.halo else 0  # a network of another program sees the photo as it is
        bordered = SrgbRows(photo, border)
        grey = is_grey(photo)
        for strip in self.engine.strips(bordered, progress):
            height, width, _ = strip.of
            if (height, width) != (bordered.height, bordered.width):
                size = f"{width * photo.width // bordered.width}x{height * photo.height // bordered.height}"
                raise ModelError(
                    f"{self.engine.name} makes {size} pixels of {photo.width}x{photo.height}: "
                    "an enhancer has to keep a photo's size; choose another model."
                )
            top = strip.rows.start - border
            rows = slice(max(top, 0), min(strip.rows.stop - border, photo.height))
            if rows.start < rows.stop:
                inner = strip.pixels[rows.start - top : rows.stop - top, border : border + photo.width]
                if grey:  # networks give it a tint
                    inner = np.broadcast_to(Grey().from_srgb(inner), inner.shape)
                pixels[rows] = blend_rows(photo, rows, inner, self.strength)
        colours = pixels[:, :, : COLOURS[photo.space]]
        return replace(photo, pixels=pixels, change=_difference(photo.colours, colours))


def _difference(before: NDArray[Any], after: NDArray[Any]) -> float:
    """Return the mean absolute difference of two HxWxC pictures, from 0 to 1, at points on a fixed grid."""
    points = np.ix_(*(np.linspace(0, side, min(side, SAMPLES), False, dtype=int) for side in before.shape[:2]))
    return float(np.abs(to_float(after[points]) - to_float(before[points])).mean())
