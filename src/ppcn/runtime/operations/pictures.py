"""Editing a picture in Python: a path, bytes, a file, a PIL image or an array goes in, the same type comes out."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import InputError
from ppcn.files import is_folder
from ppcn.images.formats import CHOICES, SUFFIXES, check_installed
from ppcn.images.photo import COLOURS, Photo, Space
from ppcn.outputs import plan_outputs
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options, enough_memory, process, process_file, to_bytes

if TYPE_CHECKING:
    from PIL import Image

Channels = tuple[Space, bool]  # colour space, and whether there is alpha

ARRAYS: dict[int, Channels] = {1: ("grey", False), 2: ("grey", True), 3: ("rgb", False), 4: ("rgb", True)}
PIL_MODES: dict[str, Channels] = {
    "L": ("grey", False),
    "LA": ("grey", True),
    "I;16": ("grey", False),
    "I;16B": ("grey", False),
    "RGB": ("rgb", False),
    "RGBA": ("rgb", True),
    "CMYK": ("cmyk", False),
}
PIL_CONVERTED = {
    "1": "L", "La": "LA", "P": "RGB", "PA": "RGBA", "RGBa": "RGBA", "RGBX": "RGB", "YCbCr": "RGB", "HSV": "RGB",
}  # fmt: skip
TRANSPARENT = {"1": "LA", "L": "LA", "P": "RGBA", "RGB": "RGBA"}  # where a colour is transparent


def edit_picture(
    picture: Any,
    pipeline: Pipeline,
    tag: str,
    *,
    output: str | Path | None = None,
    format: str | None = None,
    options: Options,
) -> Any:
    """Edit a picture in any form; see :func:`ppcn.enhance`. ``tag`` is for the names of files."""
    if isinstance(picture, str | Path):
        return type(picture)(_edit_file(Path(picture), pipeline, tag, output, format, options))
    if output is not None:
        raise InputError("Only a file has an output: give a path, or write the result yourself.")
    if hasattr(picture, "read"):
        edited = edit_picture(_content(picture), pipeline, tag, format=format, options=options)
        return BytesIO(edited)
    if isinstance(picture, bytes):
        target = to_bytes(_format(format), options)
        return process(picture, pipeline, target, max_megapixels=options.max_megapixels).data
    if format is not None or replace(options, max_megapixels=Options.max_megapixels) != Options():
        raise InputError("Format, quality, metadata and overwriting are of files: give a path or bytes.")
    if isinstance(picture, np.ndarray):
        return edit_array(picture, pipeline)
    if hasattr(picture, "getexif"):  # a PIL image: PIL itself need not be imported to know
        return edit_image(picture, pipeline)
    kinds = "a path, bytes, an open file, a PIL image or a NumPy array"
    raise TypeError(f"ppcn takes {kinds}, not {type(picture).__name__}")


def _content(file: Any) -> bytes:
    """Return what an open file still holds."""
    content = file.read()
    if isinstance(content, str):
        raise InputError("The open file gives text: open it in binary mode, as by open(path, 'rb').")
    return bytes(content)


def edit_array(array: NDArray[Any], pipeline: Pipeline) -> NDArray[Any]:
    """Edit HxW or HxWxC (C from 1 to 4: grey, grey and alpha, RGB, RGBA), uint8, uint16 or float in [0, 1]."""
    pixels = np.asarray(array)  # no matrix, which has two axes whatever is asked of it
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    if pixels.ndim != 3 or pixels.shape[2] not in ARRAYS or 0 in pixels.shape:
        raise InputError(f"An array of the shape {array.shape} is no picture: give HxW, or HxWxC with 1 to 4 channels.")
    space, alpha = ARRAYS[pixels.shape[2]]
    if np.issubdtype(pixels.dtype, np.floating):
        colours = pixels[..., : COLOURS[space]]
        if not (colours.min() >= 0 and colours.max() <= 1):  # NaN fails, too
            raise InputError("An array of floats has values outside 0 to 1: scale it first.")
    elif pixels.dtype not in (np.uint8, np.uint16):
        raise InputError(f"An array of {array.dtype} is no picture: give uint8, uint16, or floats from 0 to 1.")
    result = process(Photo(pixels, space, alpha), pipeline, lambda photo: photo.pixels)
    return result[..., 0] if array.ndim == 2 else result


def edit_image(image: "Image.Image", pipeline: Pipeline) -> "Image.Image":
    """Edit a PIL image; mode and ``info`` (profile, EXIF) stay, but for palettes and transparent colours.

    These become RGB, and alpha. Raises ``InputError`` for a mode that is none of a photo, such as "F".
    """
    from PIL import Image

    info, mode = dict(image.info), image.mode
    if image.has_transparency_data:
        mode = TRANSPARENT.get(mode, mode)
        info.pop("transparency", None)
    mode = PIL_CONVERTED.get(mode, mode)
    if mode not in PIL_MODES:
        raise InputError(f"A PIL image of the mode {image.mode} is no picture: convert it, to RGB for example.")
    with enough_memory("The picture"):
        pixels = np.asarray(image.convert(mode) if mode != image.mode else image)
        pixels = np.atleast_3d(pixels.astype(pixels.dtype.newbyteorder("=")))
        edited = process(Photo(pixels, *PIL_MODES[mode], icc=info.get("icc_profile")), pipeline, lambda photo: photo)
        order = ">" if mode == "I;16B" else "="  # of bytes
        data = edited.pixels.astype(edited.pixels.dtype.newbyteorder(order)).tobytes()
        result = Image.frombytes(mode, (edited.width, edited.height), data)
    result.info = info
    return result


def _edit_file(
    path: Path, pipeline: Pipeline, tag: str, output: str | Path | None, format: str | None, options: Options
) -> Path:
    if is_folder(path):
        raise InputError(f"{path} is a folder where one photo was expected: give its photos one by one.")
    suffix = f".{format}".lower() if _format(format) else None
    tasks = plan_outputs([path], None if output is None else Path(output), suffix=suffix, tag=tag)
    return process_file(tasks[0], pipeline, options).path


def _format(choice: str | None) -> str | None:
    """Return the name of the format that a user's choice ("jpg") stands for; raises InputError for an unknown one."""
    if choice is None:
        return None
    format = SUFFIXES.get(f".{choice}".lower())
    if format is None or not format.save:
        raise InputError(f"Photos cannot be written as {choice}: choose one of {', '.join(CHOICES)}.")
    check_installed(format)
    return format.name
