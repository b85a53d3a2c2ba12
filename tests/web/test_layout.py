"""What fits on which screen, and what can be told apart there."""

from pathlib import Path

import pytest
from builders import quarters
from PIL import Image
from playwright.sync_api import Locator, expect
from visitor import CHROMIUM, SAMPLES, Visitor

pytestmark = pytest.mark.web


def editor(visit, tmp_path: Path, size: str) -> Visitor:
    """Return a visitor who looks at the first of two photos."""
    visitor = visit(size)
    paths = [tmp_path / "one.jpg", tmp_path / "two.jpg"]
    for path in paths:
        Image.fromarray(quarters()).save(path)
    visitor.choose(*paths)
    expect(visitor.page.locator("#photos [data-status=done]")).to_have_count(2)
    return visitor


def box(of: Locator) -> dict[str, float]:
    found = of.bounding_box()
    assert found
    x, y, width, height = (found[name] for name in ("x", "y", "width", "height"))
    return {"x": x, "width": width, "height": height, "right": x + width, "middle": y + height / 2}


def test_a_phone_on_its_side_has_room_for_the_photo(visit, tmp_path: Path):
    visitor = editor(visit, tmp_path, "phone on its side")
    visitor.look("result")
    stage = box(visitor.page.locator("#stage"))
    assert stage["height"] > 300
    assert stage["width"] > 500
    for name in ("save", "strength", "modes"):
        expect(visitor.page.locator(f"#{name}")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("size", ["phone", "phone on its side", "desktop"])
def test_all_can_be_reached_with_text_of_twice_the_size(visit, tmp_path: Path, size: str):
    visitor = editor(visit, tmp_path, size)
    page = visitor.page
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    width = page.evaluate("innerWidth")
    for control in page.locator("#editor :is(button, input, label):visible").all():
        if control.evaluate("element => element.closest('#photos') === null"):  # the row of photos scrolls
            control.scroll_into_view_if_needed()
            assert box(control)["x"] >= 0
            assert box(control)["right"] <= width
            expect(control).to_be_in_viewport(ratio=0.99)
    assert box(page.locator("#stage"))["height"] > 100
    visitor.look("large-text")


@CHROMIUM
def test_forced_colours_tell_mode_and_photo(visit, tmp_path: Path):
    visitor = editor(visit, tmp_path, "phone")
    visitor.page.emulate_media(forced_colors="active")
    visitor.look("forced-colours")

    def style(of: str, name: str) -> str:
        return visitor.page.locator(of).first.evaluate("(element, name) => getComputedStyle(element)[name]", name)

    chosen, other = "#modes input:checked", "#modes input:not(:checked)"
    assert style(chosen, "backgroundColor") != style(other, "backgroundColor")
    looked_at, beside = ".tile[aria-current=true]", ".tile[aria-current=false]"
    assert (style(looked_at, "outlineStyle"), style(beside, "outlineStyle")) == ("solid", "none")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_save_all_stands_in_line_with_the_photos(visit, tmp_path: Path, size: str):
    page = editor(visit, tmp_path, size).page
    tile, same, save = (box(page.locator(name).first) for name in (".tile", "#same", "#save-all"))
    assert abs(same["middle"] - save["middle"]) < 1
    if size == "desktop":  # elsewhere the photos have a row of their own
        assert abs(tile["middle"] - save["middle"]) < 1


@CHROMIUM
def test_a_pinch_that_begins_on_the_line_leaves_it(visit):
    visitor = visit("phone")
    page = visitor.page
    visitor.enhance(SAMPLES / "lake.jpg")
    line, level = page.get_by_role("slider", name="Before and after"), page.locator("#zoom-level")
    page.wait_for_timeout(1500)  # until it has slid to the middle
    start = box(line)
    x, y = start["x"] + start["width"] / 2, start["middle"]
    session = visitor.context.new_cdp_session(page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    before = level.text_content()
    touch("touchStart", (x, y))
    touch("touchStart", (x, y), (x + 60, y))
    for step in range(1, 6):
        touch("touchMove", (x - 10 * step, y), (x + 60 + 10 * step, y))
    touch("touchEnd", (x - 50, y))
    touch("touchMove", (x - 80, y))  # the finger that stayed
    touch("touchEnd")
    assert level.text_content() != before
    expect(line).to_have_attribute("aria-valuenow", "50")
