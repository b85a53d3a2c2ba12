"""Enhancing one photo: what files, streams, images and arrays have in common."""

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import ModelError
from ppcn.files import READ_ONLY
from ppcn.images.blend import blend
from ppcn.images.colour import to_srgb
from ppcn.images.photo import Photo
from ppcn.runtime.engine import Engine
from ppcn.runtime.strips import Progress


def enhance_photo(photo: Photo, engine: Engine, strength: float = 1.0, progress: Progress | None = None) -> Photo:
    """Return the photo with ``strength`` (0 to 1) of what the network changes; metadata and alpha stay."""
    return blend(photo, enhance_rgb(to_srgb(photo), engine, progress), strength) if strength else photo


def enhance_rgb(rgb: NDArray[np.float32], engine: Engine, progress: Progress | None = None) -> NDArray[np.float32]:
    """Run the network on HxWx3 in [0, 1]; raises ModelError for one that does not keep the size."""
    result = engine(rgb, progress)
    if result.shape != rgb.shape:
        (height, width), (wanted_height, wanted_width) = result.shape[:2], rgb.shape[:2]
        raise ModelError(
            f"{engine.name} makes {width}x{height} pixels of {wanted_width}x{wanted_height}: "
            "an enhancer has to keep a photo's size; choose another model."
        )
    return result


def format_for(photo: Photo) -> str:
    """Return the format of a photo's result: its own, but JPEG for HEIC and GIF (PNG if these have alpha)."""
    if photo.format in READ_ONLY:
        return "png" if photo.alpha else "jpeg"
    return photo.format
