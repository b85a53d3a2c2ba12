"""Plot the logs of training runs: ``python -m ppcn.training.curves RUN... -o PNG --figures psnr ms_ssim``."""

import argparse
import io
import itertools
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ppcn.errors import InputError, PpcnError
from ppcn.files import atomic_write
from ppcn.metrics import METRICS
from ppcn.training.log import LOG, read_log

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")  # Okabe and Ito's
STYLES = [(colour, dash) for dash in ("-", "--", ":") for colour in COLOURS]  # the eighth run is dashed
INK, FAINT = "#333333", "#e4e4e4"
WIDE = 3  # panels a row
TITLES = {name: metric.title + (" on Y" if name.endswith("_y") else "") for name, metric in METRICS.items()}
TITLES["hue"] = "largest turn of a hue, degrees"
NOISY = 60  # points: a curve with more of them is drawn smoothed too
DEFAULT = ("psnr", "ms_ssim", "psnr_colour_fit")


def draw(runs: Mapping[str, Path], out: Path, figures: Sequence[str]) -> None:
    """Plot figures of runs (folders by the names to show) as a PNG, one panel a figure; raises InputError."""
    from matplotlib.figure import Figure
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    logs = {name: read_log(folder / LOG) for name, folder in runs.items()}
    for name, log in logs.items():
        if not log:
            raise InputError(f"{runs[name]} has no {LOG} with figures in it: give the folder of a training run.")
    known = {key for log in logs.values() for line in log for key in line} - {"step", "seconds"}
    for figure in figures:
        if figure not in known:
            raise InputError(f"No run has logged {figure}; there are {', '.join(sorted(known))}.")
    columns = min(WIDE, len(figures))
    rows = math.ceil(len(figures) / columns)
    layout = ConstrainedLayoutEngine(wspace=0.05, hspace=0.05)
    sheet = Figure(figsize=(4 * columns + 0.4, 2.8 * rows + 0.4), dpi=160, layout=layout)
    panels = sheet.subplots(rows, columns, squeeze=False, sharex=True).ravel()
    lines = {}
    for panel, figure in zip(panels, figures, strict=False):
        _prepare(panel, figure)
        for (name, log), style in zip(logs.items(), itertools.cycle(STYLES), strict=False):
            points = [(line["step"], line[figure]) for line in log if figure in line]
            if points:
                steps, values = np.array(points, dtype=float).T  # None becomes NaN: a gap
                lines[name] = _plot(panel, steps, values, *style)
    panels[0].set_xlim(left=0)
    for panel in panels[len(figures) :]:
        panel.set_axis_off()
    shown = [name for name in runs if name in lines]
    handles = [lines[name] for name in shown]
    ncols = min(len(shown), 2 * columns)
    sheet.legend(handles, shown, loc="outside upper left", ncols=ncols, frameon=False, labelcolor=INK)
    png = io.BytesIO()
    sheet.savefig(png, format="png", metadata={"Software": None})
    atomic_write(out, png.getvalue(), overwrite=True)


def _prepare(panel: "Axes", figure: str) -> None:
    panel.set_title(TITLES.get(figure, figure.replace("_", " ")), loc="left", fontsize=11, color=INK)
    panel.set_xlabel("steps", color=INK)
    panel.grid(color=FAINT, linewidth=0.8)
    panel.set_axisbelow(True)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_color(FAINT)
    panel.tick_params(colors=INK, length=0, labelsize=9, labelbottom=True)
    panel.xaxis.set_major_formatter(lambda step, _: f"{step:,.0f}")
    panel.locator_params(axis="x", nbins=4)
    panel.margins(x=0.02)


def _plot(panel: "Axes", steps: NDArray, values: NDArray, colour: str, dash: str) -> "Line2D":
    """Plot one curve and return its line; a noisy one faintly, with its running median on top."""
    if len(steps) > NOISY:
        panel.plot(steps, values, color=colour, linewidth=0.8, alpha=0.25)
        values = _running_median(values, len(values) // 30)
    marker = "o" if len(steps) == 1 else None
    return panel.plot(steps, values, color=colour, linestyle=dash, linewidth=1.8, marker=marker)[0]


def _running_median(values: NDArray, reach: int) -> NDArray:
    """Return the medians of the values around each, which keep the steps of a learning rate; gaps stay gaps."""
    medians = np.full(len(values), np.nan)
    for k in np.flatnonzero(np.isfinite(values)):
        medians[k] = np.nanmedian(values[max(0, k - reach) : k + reach + 1])
    return medians


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return 0, or 2 after a mistake."""
    parser = argparse.ArgumentParser(prog="python -m ppcn.training.curves", description="Draw curves of training runs.")
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN", help="the folder of a run")
    parser.add_argument("-o", "--output", required=True, type=Path, metavar="PNG", help="the picture to write")
    parser.add_argument("--figures", nargs="+", default=DEFAULT, metavar="FIGURE", help=f"default: {' '.join(DEFAULT)}")
    given = parser.parse_args(arguments)
    names = [run.resolve().name for run in given.runs]
    if len(set(names)) < len(names):  # a/seed1 and b/seed1
        names = list(map(str, given.runs))
    try:
        draw(dict(zip(names, given.runs, strict=True)), given.output, given.figures)
    except PpcnError as error:
        print(f"ppcn: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
