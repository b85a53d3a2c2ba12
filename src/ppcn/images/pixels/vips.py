"""libvips: imported late, because that takes a twentieth of a second, and kept from writing on standard error."""

import functools
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

INTERPRETATIONS = {("grey", 1): "b-w", ("grey", 2): "grey16", ("rgb", 1): "srgb", ("rgb", 2): "rgb16"}


@functools.cache
def vips() -> Any:
    """Return the module ``pyvips``."""
    os.environ.setdefault("VIPS_WARNING", "0")
    import pyvips

    # It hands every note of libvips to Python's logging, from inside C, where a Ctrl-C would be lost.
    pyvips._remove_log_handler()
    # What libvips says of a damaged file may quote its bytes, and these need not be text.
    pyvips.error._to_string = lambda text: pyvips.ffi.string(text).decode(errors="replace")
    return pyvips


def from_array(pixels: NDArray[Any], space: str) -> Any:
    """Return HxWxC pixels (uint8 or uint16) as an image of libvips; ``space`` is "grey", "rgb" or "cmyk"."""
    image = vips().Image.new_from_array(np.ascontiguousarray(pixels))
    return image.copy(interpretation=INTERPRETATIONS.get((space, pixels.itemsize), "cmyk"))


def to_array(image: Any) -> NDArray[Any]:
    """Return an image of libvips as HxWxC, decoding it now."""
    return image.numpy().reshape(image.height, image.width, image.bands)


def attach(image: Any, field: str, data: bytes) -> None:
    """Attach a blob, such as "icc-profile-data", to an image that this process made."""
    image.set_type(vips().GValue.blob_type, field, data)
