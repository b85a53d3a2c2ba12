"""What is watched while a network trains: pictures that were held back, and a colour chart."""

import colorsys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np
import torch
from torch import nn

from ppcn.data.degradations import Photo
from ppcn.metrics import ms_ssim, psnr, psnr_colour_fit

SHOWN = 3
MEASURES = (psnr, ms_ssim, psnr_colour_fit)


class Validation:
    """Pairs that were held back; none, where a network is trained on all there are."""

    def __init__(self, pairs: Iterable[tuple[Photo, Photo]]) -> None:
        """Take inputs and targets, HxWx3 in [0, 1], to go through again and again."""
        self.pairs = pairs

    def __call__(self, network: nn.Module) -> dict[str, float]:
        """Return the means of PSNR, MS-SSIM and PSNR after colour fit, and the chart's errors."""
        rows = []
        for image, wanted in self.pairs:
            output = enhance(network, image)
            rows.append([measure(output, wanted) for measure in MEASURES])
        means = (
            dict(zip((measure.__name__ for measure in MEASURES), np.mean(rows, 0).tolist(), strict=True))
            if rows
            else {}
        )
        return means | chart_errors(enhance(network, colour_chart()))

    def sheets(self, network: nn.Module) -> Iterator[tuple[Photo, Photo, Photo]]:
        """Yield input, output and target of the first few pairs."""
        for image, wanted in islice(self.pairs, SHOWN):
            yield image, enhance(network, image), wanted


@torch.no_grad()
def enhance(network: nn.Module, photo: Photo) -> Photo:
    """Run a network on one whole photo, HxWx3 in [0, 1], and clip."""
    device = next(network.parameters()).device
    image = torch.from_numpy(np.ascontiguousarray(photo)).permute(2, 0, 1)[None].to(device)
    return network(image)[0].permute(1, 2, 0).clamp(0, 1).cpu().numpy()


GREYS, HUES, CELL = 12, 12, 24


def colour_chart() -> Photo:
    """Return a chart of 288x96: a grey ramp, then twelve hues in three lightnesses, in cells of 24 pixels."""
    ramp = [(grey,) * 3 for grey in np.linspace(0.05, 0.95, GREYS)]
    rows = [ramp] + [[colorsys.hsv_to_rgb(k / HUES, s, v) for k in range(HUES)] for s, v in _SHADES]
    return np.array(rows, dtype=np.float32).repeat(CELL, axis=0).repeat(CELL, axis=1)


_SHADES: Sequence[tuple[float, float]] = ((0.8, 0.4), (0.7, 0.7), (0.4, 0.85))  # saturation and value


def chart_errors(output: Photo) -> dict[str, float]:
    """Return how an enhanced chart errs.

    ``hue``: the largest turn of a coloured cell, in degrees; ``grey_cast``: the largest spread of the three channels
    in a grey cell, 0 to 1. The chart itself has 0 and 0; a network that has merged two colours turns some by 60 degrees
    and more.
    """
    cells = output.reshape(-1, CELL, HUES, CELL, 3)[:, 6:-6, :, 6:-6].mean((1, 3))
    hues = np.array([[colorsys.rgb_to_hsv(*cell)[0] for cell in row] for row in cells[1:]])
    turns = (hues - np.arange(HUES) / HUES + 0.5) % 1 - 0.5
    return {"hue": float(np.abs(turns).max() * 360), "grey_cast": float(np.ptp(cells[0], axis=1).max())}
