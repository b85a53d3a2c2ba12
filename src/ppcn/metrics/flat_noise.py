"""Noise where a photo should be flat."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

WINDOW, AROUND = 16, 5
FLATTEST = 10  # per cent of the windows
LUMA = (0.299, 0.587, 0.114)  # Rec. 601
LEAST = 0.001  # of what is divided by


def flat_noise(output: ArrayLike, target: ArrayLike) -> float:
    """Return the noise in the flattest tenth of the original's 16x16 windows, over the original's; HxWx3 in [0, 1].

    Noise is the standard deviation of luma less its mean over 5x5 pixels. 1 is right, less is smoother. NaN for
    pictures smaller than a window.
    """
    ours, theirs = (_deviations(np.asarray(picture, np.float64)) for picture in (output, target))
    if not theirs.size:
        return float("nan")
    flat = theirs <= np.percentile(theirs, FLATTEST)
    return float(ours[flat].mean() / max(theirs[flat].mean(), LEAST))


def _deviations(picture: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the deviation of noise in each window."""
    from scipy.ndimage import uniform_filter

    plane = picture.clip(0, 1) @ np.array(LUMA)
    noise = plane - uniform_filter(plane, AROUND)
    rows, columns = (side // WINDOW for side in noise.shape)
    noise = noise[: rows * WINDOW, : columns * WINDOW].reshape(rows, WINDOW, columns, WINDOW)
    return noise.transpose(0, 2, 1, 3).reshape(rows * columns, WINDOW**2).std(1)
