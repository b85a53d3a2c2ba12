"""What is watched while a network trains: pictures that were held back, and for enhancement a colour chart."""

import colorsys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import nn

from ppcn.arrays import Pixels
from ppcn.data.originals import rounded
from ppcn.metrics import ENHANCEMENT, SUPER_RESOLUTION, Metric, means, metrics_of

SHOWN = 3
SHAVED = 4  # pixels of the border that super-resolution is not judged by

Figures = dict[str, float]


@dataclass(frozen=True)
class Validation:
    """Pairs that were held back (maybe none), HxWx3 in [0, 1], and how a network is judged by them.

    The means of ``metrics``, by name, are the figures; the first that is higher for better pictures decides which
    weights are best. ``more`` are figures that need no pairs.
    """

    pairs: Iterable[tuple[Pixels, Pixels]]
    metrics: Mapping[str, Metric]
    more: Callable[[nn.Module], Figures] = lambda _: {}

    @property
    def decides(self) -> str:
        """The figure that is highest where the weights are best."""
        return next(name for name, metric in self.metrics.items() if metric.higher_is_better)

    def __call__(self, network: nn.Module) -> Figures:
        """Return a network's figures."""
        rows = []
        for image, wanted in self.pairs:
            output = enhance(network, image)
            rows.append({name: metric.function(output, wanted) for name, metric in self.metrics.items()})
        return (means(rows) if rows else {}) | self.more(network)

    def sheets(self, network: nn.Module) -> Iterator[tuple[Pixels, Pixels, Pixels]]:
        """Yield input, output and target of the first few pairs."""
        for image, wanted in islice(self.pairs, SHOWN):
            yield image, enhance(network, image), wanted


def of_enhancement(pairs: Iterable[tuple[Pixels, Pixels]]) -> Validation:
    """Judge by the metrics of enhancement (PSNR decides), and by a colour chart."""
    return Validation(pairs, metrics_of(ENHANCEMENT), lambda network: chart_errors(enhance(network, colour_chart())))


def of_super_resolution(pairs: Iterable[tuple[Pixels, Pixels]]) -> Validation:
    """Judge by the metrics on Y, of the output in 8 bits and without its border, as it will be evaluated."""
    inner = np.s_[SHAVED:-SHAVED, SHAVED:-SHAVED]

    def inside(metric: Metric) -> Metric:
        return metric._replace(function=lambda output, target: metric.function(rounded(output[inner]), target[inner]))

    return Validation(pairs, {name: inside(metric) for name, metric in metrics_of(SUPER_RESOLUTION).items()})


@torch.no_grad()
def enhance(network: nn.Module, photo: Pixels) -> Pixels:
    """Run a network on one whole photo, HxWx3 in [0, 1], and clip."""
    device = next(network.parameters()).device
    image = torch.from_numpy(np.ascontiguousarray(photo)).permute(2, 0, 1)[None].to(device)
    return network(image)[0].permute(1, 2, 0).clamp(0, 1).cpu().numpy()


GREYS, HUES, CELL = 12, 12, 24


def colour_chart() -> Pixels:
    """Return a chart of 288x96: a grey ramp, then twelve hues in three lightnesses, in cells of 24 pixels."""
    ramp = [(grey,) * 3 for grey in np.linspace(0.05, 0.95, GREYS)]
    rows = [ramp] + [[colorsys.hsv_to_rgb(k / HUES, s, v) for k in range(HUES)] for s, v in _SHADES]
    return np.array(rows, dtype=np.float32).repeat(CELL, axis=0).repeat(CELL, axis=1)


_SHADES: Sequence[tuple[float, float]] = ((0.8, 0.4), (0.7, 0.7), (0.4, 0.85))  # saturation and value


def chart_errors(output: Pixels) -> dict[str, float]:
    """Return an enhanced chart's ``hue``, the largest turn of a cell in degrees, and ``grey_cast``.

    That is the largest spread of the three channels in a grey cell, 0 to 1. A network that has merged two colours turns
    some by 60 degrees and more.
    """
    cells = output.reshape(-1, CELL, HUES, CELL, 3)[:, 6:-6, :, 6:-6].mean((1, 3))
    hues = np.array([[colorsys.rgb_to_hsv(*cell)[0] for cell in row] for row in cells[1:]])
    turns = (hues - np.arange(HUES) / HUES + 0.5) % 1 - 0.5
    return {"hue": float(np.abs(turns).max() * 360), "grey_cast": float(np.ptp(cells[0], axis=1).max())}
