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


def test_photos_come_from_the_share_sheet(visit, site: str):
    """The device sends a form, which the service worker keeps for the page that opens."""
    visitor = visit("phone")
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    visitor.page.reload()  # from now on the service worker answers
    visitor.page.evaluate(
        """async (bytes) => {
            const form = new FormData();
            form.append("title", "Look");
            for (const name of ["Lac d'été.jpg", "other.jpg"])
                form.append("photos", new File([new Uint8Array(bytes)], name, { type: "image/jpeg" }));
            await fetch("./share", { method: "POST", body: form });
        }""",
        [*(SAMPLES / "lake.jpg").read_bytes()],
    )
    visitor.page.reload()
    visitor.wait_for_result()
    expect(visitor.page.locator("#name")).to_have_text("Lac d'été.jpg")
    expect(visitor.page.locator("#photos .tile")).to_have_count(2)
    visitor.reopen(site)
    expect(visitor.page.locator("#welcome")).to_be_visible()  # they come once


def test_photos_are_opened_with_the_installed_page(visit):
    queue = """
        const handle = { getFile: async () => new File(["GIF89a"], "cut.gif") };
        const value = { setConsumer: (take) => take({ files: [handle] }) };
        Object.defineProperty(globalThis, "launchQueue", { value });
    """
    visitor = visit(prepare=lambda context: context.add_init_script(queue))
    expect(visitor.page.locator("#name")).to_have_text("cut.gif")


def test_the_screen_stays_on_and_the_tab_says_how_far_photos_are(visit):
    lock = """
        globalThis.locks = [];
        navigator.wakeLock.request = async (kind) => {
            locks.push(kind);
            return { release: async () => void locks.push("released") };
        };
        globalThis.titles = new Set();
        new MutationObserver(() => titles.add(document.title))
            .observe(document, { childList: true, subtree: true, characterData: true });
    """
    visitor = visit(prepare=lambda context: context.add_init_script(lock))
    visitor.choose(SAMPLES / "lake.jpg", SAMPLES / "otter.jpg")
    visitor.wait_until_done(2)
    usual = "ppcn: better phone photos"
    expect(visitor.page).to_have_title(usual)
    assert visitor.page.evaluate("locks") == ["screen", "released"]
    assert visitor.page.evaluate("[...titles]") == [usual, f"0 of 2 · {usual}", f"1 of 2 · {usual}"]


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
