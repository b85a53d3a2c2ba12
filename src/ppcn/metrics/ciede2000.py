"""CIEDE2000, the difference of colours as people see it."""

import numpy as np
from numpy.typing import ArrayLike


def ciede2000(output: ArrayLike, target: ArrayLike) -> float:
    """Return the mean difference over the pixels of two sRGB pictures, HxWx3 in [0, 1]: 0 or more, 1 is just visible.

    ISO/CIE 11664-6 (Sharma et al., 2005), in CIE Lab under D65. Needs scikit-image.
    """
    from skimage.color import deltaE_ciede2000, rgb2lab

    first, second = (rgb2lab(np.asarray(picture, np.float64).clip(0, 1)) for picture in (output, target))
    return float(deltaE_ciede2000(first, second).mean())
