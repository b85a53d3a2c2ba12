"""The page without a network, and on servers that send no headers for threads."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from visitor import CHROMIUM, ROOT, STATIC, Visitor

pytestmark = pytest.mark.web


def wait_until_kept(visitor: Visitor) -> None:
    """Wait until the service worker is in charge, and all that the page may need is kept."""
    visitor.page.evaluate(
        """async () => {
            await navigator.serviceWorker.ready;
            const cache = await caches.open("ppcn");
            const wanted = [/[.]wasm$/, /enhancer/, /upscaler/, /libheif/, /lake/, /otter/, /flowers/, /harbour/];
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
    visitor.enhance(ROOT / "tests/images/data/display_p3_turned.heic")
    visitor.set_mode("Enlarge")
    leave(visitor)
    visitor.page.get_by_role("button", name="Otter on a rock").click()
    visitor.wait_for_result()
    licences = visitor.page.evaluate("fetch('licences/index.txt').then((response) => response.text())")
    assert "MIT License" in licences


def leave(visitor: Visitor) -> None:
    visitor.page.get_by_role("button", name="Close all photos").click()
    visitor.page.locator("#question-yes").click()


def next_build(folder: Path) -> Path:
    """Return a copy of the page as another build would be: the page's script and a network have other names."""
    shutil.copytree(STATIC, folder)
    worker = folder / "service-worker.js"
    [build] = set(re.findall('"([0-9a-f]{16})"', worker.read_text("utf-8")))
    names = {build: build[::-1]}
    for pattern in ("index-*.js", "enhancer.open-*.ppcn"):
        [old] = (folder / "assets").glob(pattern)
        new = re.sub(r"-[\w-]{8}(?=\.\w+$)", "-anew1234", old.name)
        names[old.name] = old.rename(old.with_name(new)).name
    for path in [folder / "index.html", worker, *(folder / "assets").glob("*.js")]:
        text = path.read_text("utf-8")
        for old, new in names.items():
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    return folder


def test_an_update_while_a_tab_is_open(visit, changing_site: tuple[str, Path], tmp_path: Path):
    """The open tab goes on with its build, offline and after a reload; what is opened later has the new one."""
    address, folder = changing_site
    visitor = visit(address=address)
    page = visitor.page
    wait_until_kept(visitor)
    folder.unlink()
    folder.symlink_to(next_build(tmp_path / "next"))
    page.evaluate(
        """async () => {
            const registration = await navigator.serviceWorker.ready;
            await registration.update();
            while (!registration.waiting) await new Promise((done) => setTimeout(done, 100));
        }"""
    )
    visitor.context.set_offline(True)
    page.reload()
    assert "anew1234" not in page.content()
    visitor.enhance(ROOT / "samples/lake.jpg")
    visitor.save()
    for _ in range(30):  # until the browser has noticed that no tab shows the page any more
        visitor.reopen(address)
        if "anew1234" in visitor.page.content():
            break
    assert "anew1234" in visitor.page.content()
    visitor.enhance(ROOT / "samples/lake.jpg")
    # Firefox complains of pages that were left while they came.
    assert all("A ServiceWorker intercepted the request" in complaint for complaint in visitor.complaints)
    visitor.complaints.clear()


def test_a_plain_server_is_enough(visit, plain_site: str):
    visitor = visit(address=plain_site)
    visitor.enhance(ROOT / "samples/lake.jpg")
    assert not visitor.page.evaluate("crossOriginIsolated")
    wait_until_kept(visitor)
    visitor.page.reload()
    assert visitor.page.evaluate("crossOriginIsolated")
    visitor.enhance(ROOT / "samples/lake.jpg")


@CHROMIUM
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


@CHROMIUM
def test_what_did_not_arrive_is_asked_for_again(visit):
    """A network and a sample are out of reach, and then are there."""

    def cut(context: BrowserContext) -> None:
        context.route(re.compile("[.]ppcn|otter.*[.]jpg"), lambda route: route.abort())

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
    leave(visitor)
    sample.click()
    visitor.wait_for_result()
    assert all("Failed to load resource" in complaint for complaint in visitor.complaints)  # the browser's own
    visitor.complaints.clear()
