"""Quality metrics: NumPy, float64, one file a metric.

A new metric is one file with a function, and one line in ``METRICS`` (with its import): evaluation, validation and the
report's tables of the protocols that the line names then give it. Metrics on Y have names that end in ``_y``; what is
printed of a protocol on Y leaves this out.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from ppcn.metrics.challenge import challenge_scores, ms_ssim_from_mos
from ppcn.metrics.colour_fit import psnr_colour_fit
from ppcn.metrics.ms_ssim import ms_ssim
from ppcn.metrics.psnr import psnr
from ppcn.metrics.psnr_y import psnr_y
from ppcn.metrics.ssim_y import ssim_y

__all__ = [
    "METRICS", "Metric", "challenge_scores", "means", "metrics_of", "ms_ssim", "ms_ssim_from_mos", "psnr",
    "psnr_colour_fit", "psnr_y", "score", "ssim_y",
]  # fmt: skip

# Protocols: pairs of a phone's and a camera's photos, enlarged pictures on Y, and the challenge's on RGB.
ENHANCEMENT, SUPER_RESOLUTION, CHALLENGE = "enhancement", "super-resolution", "challenge"


class Metric(NamedTuple):
    """A metric: ``function(output, target)`` of two HxWx3 pictures in [0, 1], and how and where its mean is printed."""

    function: Callable[[Any, Any], float]
    title: str
    decimals: int
    protocols: tuple[str, ...]
    higher_is_better: bool = True


METRICS = {
    "psnr": Metric(psnr, "PSNR", 2, (ENHANCEMENT, CHALLENGE)),
    "ms_ssim": Metric(ms_ssim, "MS-SSIM", 4, (ENHANCEMENT, CHALLENGE)),
    "psnr_colour_fit": Metric(psnr_colour_fit, "PSNR after colour fit", 2, (ENHANCEMENT,)),
    "psnr_y": Metric(psnr_y, "PSNR", 2, (SUPER_RESOLUTION,)),
    "ssim_y": Metric(ssim_y, "SSIM", 4, (SUPER_RESOLUTION,)),
}


def metrics_of(protocol: str) -> dict[str, Metric]:
    """Return the metrics of a protocol by name, in the order of ``METRICS``."""
    return {name: metric for name, metric in METRICS.items() if protocol in metric.protocols}


def score(protocol: str, output: ArrayLike, target: ArrayLike) -> dict[str, float]:
    """Return a protocol's metrics of two HxWx3 pictures in [0, 1], by name; raises ValueError as the metrics do."""
    return {name: metric.function(output, target) for name, metric in metrics_of(protocol).items()}


def means(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the mean of each metric over the scores of at least one pair."""
    return dict(zip(rows[0], np.mean([list(row.values()) for row in rows], axis=0).tolist(), strict=True))
