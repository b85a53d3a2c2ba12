"""Statistics of a whole photo, gathered from its strips in float64."""

import numpy as np
from numpy.typing import NDArray


class Accumulator:
    """Sums and sums of squares per channel, to which strips are added one after the other.

    In float64 the plain sums of a 200-megapixel photo keep ten digits: no compensation is needed.
    """

    def __init__(self, channels: int) -> None:
        self.count = 0
        self.sum = np.zeros(channels)
        self.squares = np.zeros(channels)

    def add(self, strip: NDArray[np.float32], *, squares: bool) -> None:
        """Add the rows of a strip, 1xCxHxW; ``squares`` also gathers what the variance needs."""
        self.count += strip.shape[2] * strip.shape[3]
        for channel, values in enumerate(strip[0]):  # one channel at a time stays in the cache
            exact = values.astype(np.float64).ravel()
            self.sum[channel] += exact.sum()
            if squares:
                self.squares[channel] += np.einsum("i,i->", exact, exact)  # BLAS would wake its threads for each

    def mean(self) -> NDArray[np.float64]:
        """Return the mean of each channel."""
        return self.sum / self.count

    def variance(self) -> NDArray[np.float64]:
        """Return the biased variance of each channel, never below 0."""
        return np.maximum(self.squares / self.count - self.mean() ** 2, 0)
