"""Gain maps: how much brighter each part of a photo is on a screen that shows more than white (ISO 21496-1).

A photo with a gain map looks as it did before on most screens. On others a part's light is multiplied by its gain:
(light + offset_base) 2^gain - offset_alternate. When the photo is edited, the map has to follow.
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ppcn.images.photo import GainMap, Gains, Photo

if TYPE_CHECKING:  # formats are declared without NumPy
    from numpy.typing import NDArray

# Bytes a pixel of the photo: the map before and after, which may be as large, and the photo before and after.
MEMORY = 12
STEEPEST = 1 / 64  # stops: ranges of gains are at least so large
BLACK = 1 / 1024  # light: below, what an edit changes is no change of light
SHADOWS, WHITE = 0.5, 1.0  # light of highlights on the other screens: from WHITE on it stays, below SHADOWS it follows


def gain_map_of(photo: Photo, pixels: "NDArray[Any]", gains: Gains, icc: bytes | None = None) -> GainMap:
    """Return the map of a photo that is not edited yet."""
    return GainMap(pixels, gains, icc, _resized(photo.colours, pixels.shape[1], pixels.shape[0]))


def after_edit(gain_map: GainMap, photo: Photo) -> GainMap:
    """Return the map of the edited photo.

    Where a highlight was brighter than white, it keeps its light. Elsewhere the photo has been edited because its
    light was wrong: what became darker keeps its gain, and of what became brighter the gain is taken. The photo may
    have become larger: a map is stretched over it, whatever its size.
    """
    import numpy as np

    height, width, channels = gain_map.pixels.shape
    edited = _resized(photo.colours, width, height)

    def gains(row: int) -> "NDArray[Any]":
        before, after = (_light(picture[row], channels) for picture in (gain_map.base, edited))
        return _followed(_gain(gain_map.pixels[row], gain_map.gains), before, after, gain_map.gains)

    # A row at a time, twice: all of them in floats would take more memory than the photo.
    ranges = [(float(made.min()), float(made.max())) for made in map(gains, range(height))]
    low, high = min(0.0, *(low for low, _ in ranges)), max(0.0, *(high for _, high in ranges))
    high = max(high, low + STEEPEST)
    pixels = np.empty_like(gain_map.pixels)
    for row in range(height):
        pixels[row] = np.rint((gains(row) - low) * (255 / (high - low)))
    meaning = replace(gain_map.gains, minimum=(low, low, low), maximum=(high, high, high), gamma=(1, 1, 1))
    return replace(gain_map, pixels=pixels, base=edited, gains=meaning)


def by_light(pixels: "NDArray[Any]", headroom: float) -> "tuple[NDArray[Any], Gains]":
    """Return the map of one by Apple, whose light v multiplies the photo's by 1 + (``headroom`` - 1) v."""
    import numpy as np

    from ppcn.images.colour.icc import Curve

    light = Curve().to_light(np.arange(256, dtype=np.float32) / np.float32(255))
    stops = float(np.log2(headroom))
    table = np.rint(np.log2(1 + (headroom - 1) * light) * (255 / stops)).astype(np.uint8)
    return table[pixels], Gains(
        maximum=(stops, stops, stops), offset_base=(0, 0, 0), offset_alternate=(0, 0, 0), alternate_headroom=stops
    )


def _gain(values: "NDArray[Any]", gains: Gains) -> "NDArray[Any]":
    """Return the gains, NxC, of values of a map."""
    import numpy as np

    channels = values.shape[1]
    low, high, gamma = (np.array(each[:channels]) for each in (gains.minimum, gains.maximum, gains.gamma))
    return low + (high - low) * (values / 255) ** (1 / gamma)


def _light(colours: "NDArray[Any]", channels: int) -> "NDArray[Any]":
    """Return the light of stored colours, NxC, by sRGB's curve, which profiles are near to; or their luminance."""
    import numpy as np

    from ppcn.images.colour.icc import Curve
    from ppcn.images.depth import to_float

    light = Curve().to_light(to_float(colours)).astype(np.float64)
    if light.shape[1] == channels:
        return light
    return light @ np.array([[0.2126], [0.7152], [0.0722]]) if channels == 1 else np.repeat(light, channels, 1)


def _followed(gain: "NDArray[Any]", before: "NDArray[Any]", after: "NDArray[Any]", gains: Gains) -> "NDArray[Any]":
    """Return the gains after an edit that changed a photo's light, all NxC."""
    import numpy as np

    offset, other = (np.array(each[: gain.shape[1]]) for each in (gains.offset_base, gains.offset_alternate))
    old, new = (np.maximum(light + offset, 0) + BLACK for light in (before, after))
    change = np.log2(new / old)
    bright = ((before + offset) * np.exp2(gain) - other - SHADOWS) / (WHITE - SHADOWS)
    bright = bright.clip(0, 1)
    bright = bright * bright * (3 - 2 * bright)  # a smooth step
    brighter = np.minimum(gain, np.maximum(gain - change, 0))
    return np.where(change > 0, brighter, gain - bright * change)


def _resized(pixels: "NDArray[Any]", width: int, height: int) -> "NDArray[Any]":
    """Return pixels, uint8 or uint16 HxWxC, of another size."""
    from ppcn.images.pixels.vips import from_array, to_array, vips_errors

    if pixels.shape[:2] == (height, width):
        return pixels
    with vips_errors():
        image = from_array(pixels, "grey" if pixels.shape[2] == 1 else "rgb")
        return to_array(image.resize(width / image.width, vscale=height / image.height, kernel="linear"))
