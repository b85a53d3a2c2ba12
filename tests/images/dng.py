"""A camera's raw file, as an outside writer makes it."""

import io

import numpy as np
import tifffile

XYZ_TO_SRGB = (3.2404542, -1.5371385, -0.4985314, -0.969266, 1.8760108, 0.041556, 0.0556434, -0.2040259, 1.0572252)
DATE = "2020:01:02 03:04:05"


def rationals(numbers):
    return tuple(part for number in numbers for part in (round(number * 10000), 10000))


def dng(picture, *, orientation=1):
    """Return a DNG of a sensor whose filters are sRGB's, under D65, with the camera's name and the date."""
    light = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
    mosaic = light[:, :, 1].copy()
    mosaic[::2, ::2], mosaic[1::2, 1::2] = light[::2, ::2, 0], light[1::2, 1::2, 2]
    tags = [
        (271, "s", 0, "Maker", True),
        (272, "s", 0, "Model 7", True),
        (274, "H", 1, orientation, True),
        (306, "s", 0, DATE, True),
        (33421, "H", 2, (2, 2), True),
        (33422, "B", 4, (0, 1, 1, 2), True),
        (50706, "B", 4, (1, 4, 0, 0), True),
        (50708, "s", 0, "Maker Model 7", True),
        (50717, "H", 1, 65535, True),
        (50721, "2i", 9, rationals(XYZ_TO_SRGB), True),
        (50728, "2I", 3, rationals((1, 1, 1)), True),
        (50778, "H", 1, 21, True),
    ]
    file = io.BytesIO()
    stored = (mosaic * 65535 + 0.5).astype(np.uint16)
    tifffile.imwrite(file, stored, photometric=32803, extratags=tags, metadata=None, software="")
    return file.getvalue()
