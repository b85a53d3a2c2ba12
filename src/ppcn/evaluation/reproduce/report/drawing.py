"""Plots and diagrams as SVG, by Matplotlib, in the page's own colours: readable in light and in dark."""

import re
from collections import Counter
from collections.abc import Sequence
from html import escape
from io import StringIO
from itertools import chain, count
from typing import NamedTuple

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import EngFormatter, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Bbox

TEXT, FAINT, GRID, PAPER, ACCENT, SHADE = "#000000", "#777777", "#dddddd", "#ffffff", "#2a7de1", "#d4e5f9"
IN_THE_PAGE = {
    TEXT: "currentColor",
    FAINT: "var(--faint)",
    GRID: "var(--line)",
    PAPER: "Canvas",
    ACCENT: "var(--accent)",
    SHADE: "color-mix(in srgb, var(--accent) 18%, Canvas)",
}
# Matplotlib's ids of groups are the same in every drawing, and its metadata and names of XML say nothing in HTML.
LEFT_OUT = re.compile(r'<metadata>.*?</metadata>| id="[\w.]+_\d+"| xmlns(:xlink)?="[^"]*"|(?<=\d)pt(?=")', re.DOTALL)
LINE = 13  # pixels from a label to the next
STEP, BOX, HEIGHT = 124, 96, 40  # of a diagram, in pixels: from layer to layer, a layer's width and height


class Layer(NamedTuple):
    """A layer with weights (or the input): its kind and size, its channels, and the steps that follow it."""

    title: str
    channels: str
    steps: list[str]


class Skip(NamedTuple):
    """What layer number ``start`` gives, joined to what layer number ``end`` gives, by "+" or "concat"."""

    start: int
    end: int
    joined: str


def scatter(points: Sequence[tuple[str, float, float, bool]], x_title: str, y_title: str) -> str:
    """Plot (label, x, y, whether it is ours) over a logarithmic x; labels lie beside the points, over none."""
    figure, axes = _figure(640, 360)
    axes.set_position((0.08, 0.13, 0.88, 0.83))
    axes.set(xscale="log", xlabel=x_title, ylabel=y_title)
    axes.margins(0.1)
    axes.xaxis.set(
        major_locator=LogLocator(subs=(1, 2, 5)), minor_locator=NullLocator(), major_formatter=EngFormatter()
    )
    axes.yaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.grid(color=GRID)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_axisbelow(True)
    for _, x, y, ours in points:
        axes.plot(x, y, "o", markersize=10, markeredgewidth=0, color=ACCENT if ours else FAINT, clip_on=False)
    figure.draw_without_rendering()  # sets the limits, by which labels are placed
    centres = axes.transData.transform([(x, y) for _, x, y, _ in points])
    taken = [Bbox.from_bounds(x - 5, y - 5, 10, 10) for x, y in centres]
    for label, x, y, _ in sorted(points, key=lambda point: -point[2]):
        taken.append(_label(axes, label, (x, y), taken))
    return _svg(figure, "plot", f"{y_title} against {x_title}")


def _label(axes: Axes, label: str, point: tuple[float, float], taken: Sequence[Bbox]) -> Bbox:
    """Write a label beside its point, moved up or down until it lies over nothing; return where it lies."""
    right = axes.transAxes.inverted().transform(axes.transData.transform(point))[0] > 0.7
    ha = "right" if right else "left"
    for shift in chain.from_iterable((LINE * step, -LINE * step) for step in count()):
        text = axes.annotate(
            label, point, (-10 if right else 10, shift), textcoords="offset points", va="center", ha=ha
        )
        box = text.get_window_extent()
        if not any(box.overlaps(other) for other in taken):
            return box
        text.remove()
    raise AssertionError  # there is always room further up


def diagram(label: str, layers: Sequence[Layer], skips: Sequence[Skip]) -> str:
    """Draw a network's layers from left to right, with skips above them, the longer the higher."""
    ends = Counter[int]()
    arcs = []
    for start, end, joined in skips:
        beside = ends[end]  # several that end at one place are drawn side by side
        ends[end] += 1
        gap = BOX + (STEP - BOX) / 2  # from a box's left edge to the middle of the space after it
        arcs.append((start * STEP + gap, end * STEP + gap + 6 * beside, 14 + 5 * (end - start) + 9 * beside, joined))
    top = max((height for *_, height, _ in arcs), default=0) + 12
    bottom = HEIGHT + 15 * (max(len(layer.steps) for layer in layers) + 1)
    width = len(layers) * STEP + 8
    figure, axes = _figure(width, top + bottom)
    axes.set_position((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(bottom, -top))
    axes.axis("off")
    middle = HEIGHT / 2
    axes.annotate("", (width, middle), (0, middle), arrowprops={"arrowstyle": "->", "shrinkA": 0, "shrinkB": 0})
    for x1, x2, height, joined in arcs:
        axes.plot([x1, x1, x2, x2], [middle, -height, -height, middle], color=ACCENT, linewidth=1)
        axes.plot(x2, middle, "o", markersize=14, color=PAPER, markeredgecolor=ACCENT)
        axes.text(x2, middle, "+" if joined == "+" else "c", ha="center", va="center")
    for number, layer in enumerate(layers):
        centre = number * STEP + BOX / 2
        text = f"{layer.title}\n{layer.channels}".strip()
        edge, face = (ACCENT, SHADE) if layer.channels else (TEXT, PAPER)
        axes.add_patch(Rectangle((number * STEP, 0), BOX, HEIGHT, edgecolor=edge, facecolor=face, zorder=3))
        axes.text(centre, middle, text, ha="center", va="center", zorder=4)
        axes.text(centre, HEIGHT + 8, "\n".join(layer.steps), ha="center", va="top", color=FAINT)
    return _svg(figure, "diagram", label)


def _figure(width: float, height: float) -> tuple[Figure, Axes]:
    """Return a figure, whose points are the page's pixels, and its axes."""
    figure = Figure((width / 72, height / 72), dpi=72)
    return figure, figure.add_subplot()


def _svg(figure: Figure, kind: str, label: str) -> str:
    """Return a figure as an SVG element; the ids that it refers to are made of its label, the same ones every time."""
    text = StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": label}):  # text stays text
        figure.savefig(text, format="svg", transparent=True)
    svg = LEFT_OUT.sub("", text.getvalue())
    for colour, name in IN_THE_PAGE.items():
        svg = svg.replace(colour, name)
    return svg[svg.index("<svg") :].replace(
        "<svg", f'<svg class="{kind}" fill="currentColor" role="img" aria-label="{escape(label)}"', 1
    )
