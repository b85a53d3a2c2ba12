"""Blending an enhanced picture with its original, in the colour space of the original."""

from typing import Any

from numpy.typing import NDArray

from ppcn.arrays import Pixels
from ppcn.images.colour.spaces import ColourSpace, Srgb, space_of
from ppcn.images.depth import from_float, to_float
from ppcn.images.photo import COLOURS, Photo
from ppcn.images.pixels.row_blocks import row_blocks


def blend_rows(photo: Photo, rows: slice, enhanced: Pixels, strength: float = 1.0) -> NDArray[Any]:
    """Return some rows of a photo's pixels, blended with an enhanced picture by ``strength`` (0 to 1).

    ``enhanced`` is sRGB, float32 HxWx3 in [0, 1], for these rows alone. Only the difference from what ``to_srgb`` gives
    is carried into the photo's own colour space, so colours that sRGB cannot show survive, alpha is untouched, and
    strength 0 gives back the same pixels, bit by bit; for plain sRGB photos strength 1 gives ``enhanced``. CMYK photos
    go from their own inks to those of ``enhanced``.
    """
    pixels = photo.pixels[rows].copy()
    if enhanced.shape != (*pixels.shape[:2], 3):
        raise ValueError(f"rows of the shape {pixels.shape} cannot take a change of the shape {enhanced.shape}")
    if strength == 0:
        return pixels
    space = space_of(photo)
    first = rows.indices(photo.height)[0]
    for block in row_blocks(len(pixels), photo.width):
        blended = _blended(photo, space, slice(first + block.start, first + block.stop), enhanced[block], strength)
        pixels[block, :, : COLOURS[photo.space]] = from_float(blended, pixels.dtype)
    return pixels


def _blended(photo: Photo, space: ColourSpace, rows: slice, enhanced: Pixels, strength: float) -> Pixels:
    before = to_float(photo.colours[rows])
    if isinstance(space, Srgb):
        change = enhanced - before
    else:
        # In CMYK the same colour can be mixed in many ways, and a difference of two mixtures fits no third one.
        base = before if photo.space == "cmyk" else space.from_srgb(space.to_srgb(before))
        change = space.from_srgb(enhanced) - base
    change *= strength
    change += before
    return change
