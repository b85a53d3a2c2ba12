"""What the buttons of any photo program do: the simplest rivals of an enhancer, scored beside it."""

import numpy as np

from ppcn.arrays import Pixels
from ppcn.evaluation.scores import Run

GAMMA = 0.65
MIDDLE = 0.5  # the mean that auto-gamma aims at
CLIPPED = 0.5  # per cent of the values at each end, by auto-levels


def untouched(photo: Pixels) -> Pixels:
    """Return the photo."""
    return photo


def gamma(photo: Pixels) -> Pixels:
    """Return the photo raised to .65, for every photo the same."""
    return photo**GAMMA


def auto_gamma(photo: Pixels) -> Pixels:
    """Return the photo raised to the exponent, between .2 and 5, that makes its mean .5; found by halving."""
    low, high = np.log(0.2), np.log(5)
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if np.mean(photo ** np.exp(middle)) > MIDDLE else (low, middle)
    return photo ** np.float32(np.exp((low + high) / 2))


def auto_levels(photo: Pixels) -> Pixels:
    """Return the photo with each channel stretched from its .5th to its 99.5th percentile, and clipped."""
    low, high = np.percentile(photo, [CLIPPED, 100 - CLIPPED], axis=(0, 1))
    return ((photo - low) / np.maximum(high - low, 1e-3)).clip(0, 1).astype(np.float32)


def clahe(photo: Pixels) -> Pixels:
    """Return the photo with its L of Lab equalised place by place (Zuiderveld, Graphics Gems IV), clip limit .01."""
    from skimage import color, exposure

    lab = color.rgb2lab(photo)
    lab[..., 0] = 100 * exposure.equalize_adapthist(lab[..., 0] / 100, clip_limit=0.01)
    return color.lab2rgb(lab).clip(0, 1).astype(np.float32)


ADJUSTMENTS: dict[str, Run] = {
    "untouched": untouched,
    "gamma": gamma,
    "auto-gamma": auto_gamma,
    "auto-levels": auto_levels,
    "clahe": clahe,
}
