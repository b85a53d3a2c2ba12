"""What only phones have: a camera and a share sheet. The browser here has neither, so the tests stand in for them."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect
from visitor import CHROMIUM, SAMPLES, Visitor

SHARE_SHEET = """
    const given = [];
    let refusals = REFUSALS;
    navigator.canShare = ({ files }) => files.every(({ type }) => type.startsWith("image/"));
    navigator.share = async ({ files: [{ name, type, size }] }) => {
        if (refusals-- > 0) throw new DOMException("The tap was too long ago.", "NotAllowedError");
        given.push({ name, type, size });
    };
    globalThis.given = given;
"""

pytestmark = [pytest.mark.web, CHROMIUM]


def share_sheet(refusals: int = 0):
    """Return what gives a browser a share sheet that asks so many times for another tap."""

    def prepare(context: BrowserContext) -> None:
        context.add_init_script(SHARE_SHEET.replace("REFUSALS", str(refusals)))

    return prepare


def given(visitor: Visitor) -> list[dict[str, Any]]:
    """Wait for what the share sheet is given; Playwright's own waiting evaluates strings, which the page forbids."""
    for _ in range(200):
        if files := visitor.page.evaluate("given"):
            return files
        visitor.page.wait_for_timeout(50)
    raise AssertionError("nothing was shared")


def test_a_photo_is_taken(visit):
    visitor = visit("phone")
    with visitor.page.expect_file_chooser() as chooser:
        visitor.page.get_by_role("button", name="Take a photo").click()
    assert chooser.value.element.get_attribute("capture") == "environment"  # the camera at the back
    chooser.value.set_files(SAMPLES / "lake.jpg")
    visitor.wait_for_result()
    expect(visitor.page.locator("#name")).to_have_text("lake.jpg")


def test_a_result_is_shared(visit):
    visitor = visit("phone", prepare=share_sheet())
    visitor.enhance(SAMPLES / "lake.jpg")
    visitor.page.get_by_role("button", name="Share").click()
    [shared] = given(visitor)
    size = visitor.save().path.stat().st_size
    assert shared == {"name": "lake.enhanced.jpg", "type": "image/jpeg", "size": size}


def test_a_share_sheet_may_ask_for_another_tap(visit):
    visitor = visit("phone", prepare=share_sheet(refusals=1))
    visitor.enhance(SAMPLES / "lake.jpg")
    share = visitor.page.get_by_role("button", name="Share")
    share.click()
    words = visitor.page.get_by_text("The photo is ready: press Share once more.")
    expect(words).to_be_in_viewport(ratio=1)
    visitor.look("shared")
    share.click()
    assert given(visitor)


def test_no_share_sheet_no_button(visit):
    visitor = visit("phone")
    visitor.enhance(SAMPLES / "lake.jpg")
    expect(visitor.page.locator("#share")).to_be_hidden()
