"""Reading training pictures with Pillow: upright, in sRGB, 8 bits.

A second reader beside ``images.read``, because libvips hangs in a process that was forked after its first use, as the
workers of a DataLoader are, and takes five times as long for a patch of 100x100 pixels. Both decode JPEG to the same
bits.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms
from PIL.Image import Transpose

from ppcn.arrays import Pixels
from ppcn.errors import DataError

ORIENTATION = 0x112  # EXIF's tag
# What turns a picture upright, by its orientation; from 5 on, width and height are swapped.
TURNS = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}


def size(path: Path) -> tuple[int, int]:
    """Return a picture's width and height, from its header; raises DataError where it has none."""
    with _opened(path) as image:
        width, height = image.size
        return (height, width) if _orientation(image) >= 5 else (width, height)


def read_pixels(path: Path) -> NDArray[np.uint8]:
    """Read a picture, HxWx3; raises DataError where it cannot be read."""
    with _opened(path) as image:
        orientation = _orientation(image)
        upright = image if orientation == 1 else image.transpose(TURNS[orientation])
        profile = image.info.get("icc_profile")
        return np.asarray(_to_srgb(upright, profile) if profile else upright.convert("RGB"))


def as_floats(image: NDArray[np.uint8] | Image.Image) -> Pixels:
    """Return an 8-bit RGB picture as float32 HxWx3 in [0, 1]."""
    return np.asarray(image, dtype=np.float32) / np.float32(255)


def _orientation(image: Image.Image) -> int:
    """Return 1 to 8, as the header says (a PNG's own ``getexif`` decodes it); Pillow itself turns TIFFs."""
    orientation = 1 if image.format == "TIFF" else Image.Image.getexif(image).get(ORIENTATION, 1)
    return orientation if orientation in TURNS else 1


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        theirs, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, theirs, srgb, outputMode="RGB") or image
    except (ImageCms.PyCMSError, OSError):  # no valid profile, or one for other pictures
        return image.convert("RGB")


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    try:
        with Image.open(path) as image:
            yield image
    except Exception as error:  # Pillow says in many ways that a file is damaged
        reason = f": {error.strerror.lower()}" if isinstance(error, OSError) and error.strerror else ""
        raise DataError(f"{path} cannot be read as a picture{reason}.") from error
