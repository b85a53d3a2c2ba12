"""Editing a picture in whatever form it comes: the same type goes out."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import InputError
from ppcn.images.photo import COLOURS, Photo, Space
from ppcn.images.read import read
from ppcn.images.write import encode
from ppcn.outputs import plan_outputs
from ppcn.runtime.batch.job import Settings, edit_file
from ppcn.runtime.operations.enhance import format_for
from ppcn.runtime.operations.operation import Edit, edit_photo, scale_of

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


def edit_picture(picture: Any, edits: Sequence[Edit], tag: str) -> Any:
    """Edit a path, bytes, a PIL image or an array; see :func:`ppcn.enhance`. ``tag`` is for the name of a file."""
    if isinstance(picture, str | Path):
        (task,) = plan_outputs([Path(picture)], tag=tag)
        return type(picture)(edit_file(task, edits, Settings()).target)
    if isinstance(picture, bytes):
        return edit_bytes(picture, edits)
    if isinstance(picture, np.ndarray):
        return edit_array(picture, edits)
    if hasattr(picture, "getexif"):  # a PIL image: PIL itself need not be imported to know
        return edit_image(picture, edits)
    raise TypeError(f"ppcn takes a path, bytes, a PIL image or a NumPy array, not {type(picture).__name__}")


def edit_bytes(data: bytes, edits: Sequence[Edit]) -> bytes:
    """Edit an encoded photo; the result has the format that :func:`format_for` gives."""
    photo = read(data, scale=scale_of(edits))
    return encode(edit_photo(photo, edits), format_for(photo))


def edit_array(array: NDArray[Any], edits: Sequence[Edit]) -> NDArray[Any]:
    """Edit HxW or HxWxC (C from 1 to 4: grey, grey and alpha, RGB, RGBA), uint8, uint16 or float in [0, 1]."""
    pixels = array[..., None] if array.ndim == 2 else array
    if pixels.ndim != 3 or pixels.shape[2] not in ARRAYS or 0 in pixels.shape:
        raise InputError(f"An array of the shape {array.shape} is no picture: give HxW, or HxWxC with 1 to 4 channels.")
    space, alpha = ARRAYS[pixels.shape[2]]
    if np.issubdtype(pixels.dtype, np.floating):
        colours = pixels[..., : COLOURS[space]]
        if not (colours.min() >= 0 and colours.max() <= 1):  # NaN fails, too
            raise InputError("An array of floats has values outside 0 to 1: scale it first.")
    elif pixels.dtype not in (np.uint8, np.uint16):
        raise InputError(f"An array of {array.dtype} is no picture: give uint8, uint16, or floats from 0 to 1.")
    result = edit_photo(Photo(pixels, space, alpha), edits).pixels
    return result[..., 0] if array.ndim == 2 else result


def edit_image(image: "Image.Image", edits: Sequence[Edit]) -> "Image.Image":
    """Edit a PIL image; mode and ``info`` (profile, EXIF) stay, but for palettes, which become RGB or RGBA."""
    from PIL import Image

    if image.mode not in PIL_MODES:
        image = image.convert("RGBA" if image.has_transparency_data else "L" if image.mode == "1" else "RGB")
    pixels = np.asarray(image)
    photo = Photo(np.atleast_3d(pixels), *PIL_MODES[image.mode], icc=image.info.get("icc_profile"))
    edited = edit_photo(photo, edits)
    result = Image.frombytes(image.mode, (edited.width, edited.height), edited.pixels.tobytes())
    result.info = dict(image.info)
    return result
