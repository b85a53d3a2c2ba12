"""Enhancing a picture in whatever form it comes: the same type goes out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import InputError
from ppcn.files import plan
from ppcn.images.colour import from_srgb
from ppcn.images.photo import COLOURS, Photo, Space
from ppcn.images.read import read
from ppcn.images.write import encode
from ppcn.runtime.engine import Engine
from ppcn.runtime.folders import Settings, enhance_file
from ppcn.runtime.photo import enhance_photo, enhanced_strips, format_for
from ppcn.runtime.rows import ArrayRows

if TYPE_CHECKING:
    from PIL import Image

Layout = tuple[Space, bool]  # colour space, and whether there is alpha

ARRAYS: dict[int, Layout] = {1: ("grey", False), 2: ("grey", True), 3: ("rgb", False), 4: ("rgb", True)}
PIL_MODES: dict[str, Layout] = {
    "L": ("grey", False),
    "LA": ("grey", True),
    "I;16": ("grey", False),
    "RGB": ("rgb", False),
    "RGBA": ("rgb", True),
    "CMYK": ("cmyk", False),
}


def enhance(picture: Any, engine: Engine, strength: float = 1.0) -> Any:
    """Enhance a path, bytes, a PIL image or an array; see :func:`ppcn.enhance`."""
    if not 0 <= strength <= 1:
        raise InputError(f"The strength {strength} is outside 0 to 1.")
    if isinstance(picture, str | Path):
        (task,) = plan([Path(picture)])
        return type(picture)(enhance_file(task, engine, Settings(strength)).target)
    if isinstance(picture, bytes):
        return enhance_bytes(picture, engine, strength)
    if isinstance(picture, np.ndarray):
        return enhance_array(picture, engine, strength)
    if hasattr(picture, "getexif"):  # a PIL image: PIL itself need not be imported to know
        return enhance_image(picture, engine, strength)
    raise TypeError(f"ppcn enhances a path, bytes, a PIL image or a NumPy array, not {type(picture).__name__}")


def enhance_bytes(data: bytes, engine: Engine, strength: float = 1.0) -> bytes:
    """Enhance an encoded photo; the result has the format that :func:`format_for` gives."""
    photo = read(data)
    return encode(enhance_photo(photo, engine, strength), format_for(photo))


def enhance_array(array: NDArray[Any], engine: Engine, strength: float = 1.0) -> NDArray[Any]:
    """Enhance HxW or HxWxC (C from 1 to 4: grey, grey and alpha, RGB, RGBA), uint8, uint16 or float in [0, 1]."""
    pixels = array[..., None] if array.ndim == 2 else array
    if pixels.ndim != 3 or pixels.shape[2] not in ARRAYS or 0 in pixels.shape:
        raise InputError(f"An array of the shape {array.shape} is no picture: give HxW, or HxWxC with 1 to 4 channels.")
    if np.issubdtype(pixels.dtype, np.floating):
        return _enhance_floats(pixels, engine, strength).reshape(array.shape).astype(array.dtype)
    if pixels.dtype not in (np.uint8, np.uint16):
        raise InputError(f"An array of {array.dtype} is no picture: give uint8, uint16, or floats from 0 to 1.")
    photo = Photo(pixels, *ARRAYS[pixels.shape[2]])
    return enhance_photo(photo, engine, strength).pixels.reshape(array.shape)


def enhance_image(image: "Image.Image", engine: Engine, strength: float = 1.0) -> "Image.Image":
    """Enhance a PIL image; mode, size and ``info`` (profile, EXIF) stay, but for palettes, which become RGB or RGBA."""
    from PIL import Image

    if image.mode not in PIL_MODES:
        image = image.convert("RGBA" if image.has_transparency_data else "L" if image.mode == "1" else "RGB")
    pixels = np.asarray(image)
    photo = Photo(np.atleast_3d(pixels), *PIL_MODES[image.mode], icc=image.info.get("icc_profile"))
    enhanced = enhance_photo(photo, engine, strength).pixels
    result = Image.frombytes(image.mode, image.size, enhanced.tobytes())
    result.info = dict(image.info)
    return result


def _enhance_floats(pixels: NDArray[Any], engine: Engine, strength: float) -> NDArray[Any]:
    """Enhance floats without rounding them on the way."""
    space, alpha = ARRAYS[pixels.shape[2]]
    before = pixels[..., : COLOURS[space]].astype(np.float32)
    if not (before.min() >= 0 and before.max() <= 1):  # NaN fails, too
        raise InputError("An array of floats has values outside 0 to 1: scale it first.")
    like = Photo(np.zeros((1, 1, pixels.shape[2]), np.uint8), space, alpha)
    result = pixels.copy()
    for strip in enhanced_strips(ArrayRows(np.broadcast_to(before, (*before.shape[:2], 3))), engine):
        old = before[strip.rows]
        result[strip.rows, :, : COLOURS[space]] = old + strength * (from_srgb(strip.pixels, like) - old)
    return result
