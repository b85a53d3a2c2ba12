import itertools
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppcn.evaluation.reproduce.report.drawing import IN_THE_PAGE, Layer, Skip, diagram, scatter

points = st.lists(st.tuples(st.floats(1, 1e6), st.floats(10, 40), st.booleans()), min_size=1, max_size=9)


def elements(svg):
    return ET.fromstring(svg.replace("xlink:href", "href"))


@given(points)
@settings(max_examples=5)
def test_points_lie_inside_the_plot(points):
    svg = elements(scatter([(f"net {k}", *point) for k, point in enumerate(points)], "time", "quality"))
    assert svg.get("viewBox") == "0 0 640 360"
    marks = [use for use in svg.iter("use") if re.search(r"var\(--(accent|faint)\)", use.get("style", ""))]
    assert len(marks) == len(points)
    assert all(0 < float(mark.get("x", 0)) < 640 and 0 < float(mark.get("y", 0)) < 360 for mark in marks)


@pytest.mark.parametrize("step", [0, 0.01, 1])
def test_labels_of_near_points_lie_apart(step):
    svg = elements(scatter([(f"net {k}", 100, 20 + k * step, True) for k in range(6)], "time", "quality"))
    texts = {text.text: text for text in svg.iter("text")}
    lines = sorted(float(texts[f"net {k}"].get("y", 0)) for k in range(6))
    assert all(later - earlier > 9 for earlier, later in itertools.pairwise(lines))


def test_a_drawing_is_the_same_every_time_in_the_pages_colours():
    layers = [Layer("image", "", ["pad"]), Layer("3×3", "3 → 8", ["IN", "LReLU"]), Layer("3×3", "8 → 8", ["+"])]
    for draw in (
        lambda: diagram("a <net>", layers, [Skip(0, 1, "+"), Skip(0, 1, "concat")]),
        lambda: scatter([("one", 10, 20, True), ("two", 11, 20.1, False)], "time", "quality"),
    ):
        svg = draw()
        assert svg == draw()
        assert not re.search("#[0-9a-f]{6}", svg)
        assert "currentColor" in svg
        assert "http" not in svg
        ids = re.findall(r' id="([^"]+)"', svg)
        assert len(set(ids)) == len(ids)
        assert set(re.findall(r"#([\w.]+)", svg)) <= set(ids)
    assert "a &lt;net&gt;" in diagram("a <net>", layers, [])
    assert len(set(IN_THE_PAGE.values())) == len(IN_THE_PAGE)
