"""Liveliness: how much colour and contrast an enhanced photo has beside the original."""

import numpy as np
from numpy.typing import ArrayLike

LEAST = 0.001  # of what is divided by
GREY = 0.004  # originals with less colour are black and white


def liveliness_of_colour(output: ArrayLike, target: ArrayLike) -> float:
    """Return the mean of max - min of R, G, B over the original's; HxWx3 in [0, 1], 1 is right.

    NaN for an original in black and white.
    """
    found, wanted = (np.ptp(np.asarray(picture, np.float64).clip(0, 1), axis=2).mean() for picture in (output, target))
    return float(found / max(wanted, LEAST)) if wanted >= GREY else float("nan")


def liveliness_of_contrast(output: ArrayLike, target: ArrayLike) -> float:
    """Return the standard deviation of the mean of R, G, B over the original's; HxWx3 in [0, 1], 1 is right."""
    found, wanted = (np.asarray(picture, np.float64).clip(0, 1).mean(2).std() for picture in (output, target))
    return float(found / max(wanted, LEAST))
