"""Edits of a photo with a gain map, and what is seen of it on an HDR screen, by programs that are not ours."""

import io
import struct
from dataclasses import replace

import numpy as np
import pyvips
from PIL import Image
from ultra_hdr import ISO, light

from ppcn.images.photo import Photo

EDITS = {
    "none": lambda photo: photo,
    "brighter": lambda photo: (photo / 255) ** 0.6 * 255,
    "darker": lambda photo: (photo / 255) ** 1.4 * 255,
    "contrast": lambda photo: (photo - 128.0) * 1.3 + 128,
}


def edited(photo: Photo, edit) -> Photo:
    return replace(photo, pixels=edit(photo.pixels.astype(float)).clip(0, 255).round().astype(np.uint8))


def seen_by_libultrahdr(data: bytes) -> np.ndarray:
    """The HDR picture, 1 is white, as libultrahdr shows it on a screen that shows all."""
    return pyvips.Image.uhdrload_buffer(data).uhdr2scRGB().numpy()


def rendered(data: bytes, offset: float) -> np.ndarray:
    """The same by the formula of ISO 21496-1, the map read and enlarged by Pillow."""
    second = data[data.index(b"\xff\xd8\xff", 2) :]
    (numbers,) = struct.iter_unpack(">14I", second[second.index(ISO) + len(ISO) + 5 :][:56])
    low, high = (struct.unpack(">i", struct.pack(">I", numbers[k]))[0] / numbers[k + 1] for k in (4, 6))
    photo = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) / 255
    values = Image.open(io.BytesIO(second)).resize(photo.shape[1::-1], Image.Resampling.BILINEAR)
    gain = low + (high - low) * np.atleast_3d(np.asarray(values)) / 255
    return (light(photo) + offset) * 2**gain - offset


def check_highlights(data: bytes, hdr: np.ndarray, offset: float, *, channels: int) -> np.ndarray:
    """Have the highlights of a JPEG file the light that they had, within 5 %; return the light that is seen."""
    found, wanted = luminance(rendered(data, offset)), luminance(hdr)
    highlights = wanted > 1
    assert highlights.mean() > 0.01
    assert np.percentile(np.abs(found / wanted - 1)[highlights], 98) < 0.05
    if channels == 1:  # libvips knows no others, and shifts maps by half a pixel
        other = luminance(seen_by_libultrahdr(data))
        assert np.median(np.abs(other / wanted - 1)[highlights]) < 0.05
    return found


def luminance(picture: np.ndarray) -> np.ndarray:
    return picture @ np.array([0.2126, 0.7152, 0.0722])
