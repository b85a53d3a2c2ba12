"""Full-size pictures for super-resolution, and the small ones that are made of them."""

import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.arrays import Pixels
from ppcn.errors import DataError
from ppcn.images.formats import SUFFIXES
from ppcn.images.pixels.resize import resize

LOW_RESOLUTION = re.compile(r"(_LR|x[2348])$", re.IGNORECASE)  # img_001_SRF_4_LR.png, 0801x4.png


def find_originals(folder: Path) -> list[Path]:
    """Return a folder's full-size pictures, sorted (no ``..._LR``, ``...x4``); raises DataError for none."""
    if not folder.is_dir():
        raise DataError(f"There is no folder {folder}.")
    pictures = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES and path.name[0] != "."]
    if not pictures:
        raise DataError(f"{folder} holds no pictures.")
    originals = [path for path in pictures if not LOW_RESOLUTION.search(path.stem)]
    if not originals:
        raise DataError(
            f"{folder} holds low-resolution pictures only, such as {pictures[0].name}: give the originals' folder."
        )
    return originals


def trimmed(picture: Pixels, scale: int) -> Pixels:
    """Return a picture, HxWxC, without the rows and columns beyond a multiple of ``scale``."""
    height, width = (side - side % scale for side in picture.shape[:2])
    return picture[:height, :width]


def reduced(picture: Pixels, scale: int) -> Pixels:
    """Return a trimmed picture in [0, 1] made ``scale`` times smaller by MATLAB-like bicubic, rounded to 8 bits."""
    height, width = picture.shape[:2]
    return rounded(resize(picture, height // scale, width // scale))


def rounded(picture: NDArray[Any]) -> Pixels:
    """Return a picture in [0, 1] as 8 bits would hold it."""
    return (np.floor(picture.clip(0, 1) * 255 + 0.5) / 255).astype(np.float32)
