import itertools

from hypothesis import given
from hypothesis import strategies as st

from ppcn.evaluation.reproduce.cells import METRICS, Cell
from ppcn.evaluation.reproduce.plots import HEIGHT, LINE, WIDTH, Plot, Point, make_plots
from ppcn.evaluation.reproduce.tables import Column, Row

names = st.text("abcdefgh_0123", min_size=1, max_size=25)
points = st.lists(st.builds(Point, names, st.floats(1, 1e6), st.floats(10, 40), st.booleans()), min_size=1, max_size=9)


@given(points)
def test_points_lie_inside_and_labels_apart(points):
    plot = Plot("time", "quality", points)
    assert len(plot.marks) == len(points)
    for mark in plot.marks:
        assert plot.left <= mark.x <= plot.right
        assert plot.top <= mark.y <= plot.bottom
    assert all(plot.left <= tick.at <= plot.right for tick in plot.x_ticks)
    assert all(plot.top <= tick.at <= plot.bottom for tick in plot.y_ticks)
    same = [mark for mark in plot.marks if (mark.anchor, mark.label_x) == ("start", plot.marks[0].label_x)]
    lines = sorted(mark.label_y for mark in same)
    assert all(later - earlier >= LINE - 1e-6 for earlier, later in itertools.pairwise(lines))
    assert (plot.width, plot.height) == (WIDTH, HEIGHT)


def test_rows_with_both_figures_are_plotted():
    columns = [Column("All", METRICS["psnr"]), Column("Time", METRICS["cpu_ms"])]

    def row(label, section, *values):
        cells = [
            Cell(column.metric, ours=value, missing=None if value else "Lost.")
            for column, value in zip(columns, values, strict=True)
        ]
        return Row(section, label, cells)

    rows = [row("a", "Ours", 20.0, 100.0), row("b", "In the paper", 21.0, 400.0), row("c", "Ours", 22.0, None)]
    (plot,) = make_plots(rows, columns, "All PSNR", ["Time CPU, ms"])
    assert list(plot.points) == [Point("a", 100, 20, True), Point("b", 400, 21, False)]
    assert make_plots(rows[2:], columns, "All PSNR", ["Time CPU, ms"]) == []
