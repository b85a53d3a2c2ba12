"""The page without a network, and on servers that send no headers for threads."""

import re

import pytest
from playwright.sync_api import BrowserContext, expect
from visitor import ROOT, Visitor

pytestmark = pytest.mark.web


def wait_until_kept(visitor: Visitor) -> None:
    """Wait until the service worker is in charge, and the runtime and all networks are kept."""
    visitor.page.evaluate(
        """async () => {
            await navigator.serviceWorker.ready;
            const cache = await caches.open("ppcn");
            const wanted = [/[.]wasm$/, /student/, /upscaler/];
            const kept = (urls) => wanted.every((name) => urls.some((url) => name.test(url)));
            while (!kept((await cache.keys()).map(({ url }) => url))) {
                await new Promise((done) => setTimeout(done, 100));
            }
        }"""
    )


def test_offline_after_the_first_visit(visit):
    visitor = visit("phone")
    wait_until_kept(visitor)
    visitor.context.set_offline(True)
    visitor.page.reload()
    visitor.enhance(ROOT / "samples/lake.jpg")
    visitor.look("offline")
    assert visitor.page.evaluate("crossOriginIsolated")


def test_a_plain_server_is_enough(visit, plain_site: str):
    visitor = visit(address=plain_site)
    visitor.enhance(ROOT / "samples/lake.jpg")
    assert not visitor.page.evaluate("crossOriginIsolated")
    wait_until_kept(visitor)
    visitor.page.reload()
    assert visitor.page.evaluate("crossOriginIsolated")
    visitor.enhance(ROOT / "samples/lake.jpg")


def test_the_page_can_be_installed(visit, site: str):
    visitor = visit()
    session = visitor.context.new_cdp_session(visitor.page)
    wait_until_kept(visitor)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{site}manifest.webmanifest"
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [error["errorId"] for error in errors if error["errorId"] != "in-incognito"] == []  # as tests are
    expect(visitor.page).to_have_title("ppcn: better phone photos")


def test_what_did_not_arrive_is_asked_for_again(visit):
    """A network and a sample are out of reach, and then are there."""

    def cut(context: BrowserContext) -> None:
        context.route(re.compile("stages|samples/"), lambda route: route.abort())

    visitor = visit("phone", prepare=cut)
    page = visitor.page
    sample = page.get_by_role("button", name="Otter on a rock")
    sample.click()
    expect(page.get_by_text("otter.jpg did not arrive: check the connection, then try again.")).to_be_in_viewport()
    visitor.choose(ROOT / "samples/lake.jpg")
    sentence = "A part of this page did not arrive: check the connection, then try again."
    expect(page.locator("#note-text")).to_have_text(sentence)
    visitor.context.unroute_all()
    page.get_by_role("button", name="Try again").click()
    visitor.wait_for_result()
    page.get_by_role("button", name="Close all photos").click()
    sample.click()
    visitor.wait_for_result()
    assert all("Failed to load resource" in complaint for complaint in visitor.complaints)  # the browser's own
    visitor.complaints.clear()
