"""Someone who looks at the built page in a real browser."""

import base64
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import quarters
from PIL import Image
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/ppcn/server/static"
SCREENSHOTS = ROOT / "build/screenshots"
SAMPLES = ROOT / "samples"
SIZES = {"phone": (390, 844), "phone on its side": (844, 390), "desktop": (1440, 900)}
CLOSE = 1  # of 255: how far a pixel may be from the library's
PATIENCE = 120_000  # ms: for machines that do much else

# For what Playwright cannot do in Firefox: fingers, the camera, forced colours, the browser's own protocol.
CHROMIUM = pytest.mark.parametrize("browser", ["chromium"], indirect=True, scope="session")


@dataclass
class Saved:
    """A file as the browser has saved it."""

    name: str
    path: Path


def small_photos(folder: Path, *names: str) -> list[Path]:
    """Write photos of 64x48 pixels, which may lie in folders below."""
    paths = [folder / name for name in names]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        Image.fromarray(quarters()).save(path, quality=95)
    return paths


class Visitor:
    """Someone who looks at the page with a device of some size, in some theme."""

    def __init__(self, browser: Browser, downloads: Path, size: str, theme: Any) -> None:
        width, height = SIZES[size]
        chromium = browser.browser_type.name == "chromium"
        if theme == "dark" and not chromium:
            pytest.skip("Playwright cannot change Firefox's theme")
        self.touches = size != "desktop" and chromium
        self.context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            has_touch=self.touches,
            is_mobile=self.touches,
        )
        self._downloads = None if chromium else downloads
        self.complaints: list[str] = []
        self.requested: set[str] = set()
        self.page = self._new_tab()
        self.name = "-".join([*([] if chromium else ["firefox"]), size.replace(" ", "-"), theme])
        self.context.on("request", lambda request: self.requested.add(request.url))

    def _new_tab(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def reopen(self, address: str) -> None:
        """Close the tab, and open the page in another one."""
        self.page.close()
        self.page = self._new_tab()
        self.page.goto(address)

    def _hear(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(text)

    def choose(self, *photos: Path) -> None:
        self.page.set_input_files("#files", list(photos))

    def wait_for_result(self) -> None:
        expect(self.page.locator("#save")).to_be_enabled(timeout=PATIENCE)

    def enhance(self, photo: Path) -> None:
        self.choose(photo)
        expect(self.page.locator("#name")).to_have_text(photo.name)
        self.wait_for_result()

    def wait_until_done(self, count: int) -> None:
        expect(self.page.locator("#photos [data-status=done]")).to_have_count(count, timeout=PATIENCE)

    def set_mode(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).check(force=True)
        self.wait_for_result()

    def set_strength(self, percent: int) -> None:
        self.page.locator("#strength").fill(str(percent))

    def save(self) -> Saved:
        return self.download(lambda: self.page.click("#save"))

    def download(self, press: Callable[[], None]) -> Saved:
        """Press something, and return the file that comes of it."""
        if self._downloads is None:
            with self.page.expect_download() as download:
                press()
            return Saved(download.value.suggested_filename, Path(download.value.path()))
        press()
        for _ in range(PATIENCE // 100):
            files = list(self._downloads.iterdir())
            if files and files[0].stat().st_size and not any(file.suffix == ".part" for file in files):
                return Saved(files[0].name, files[0].rename(Path(tempfile.mkdtemp()) / files[0].name))
            self.page.wait_for_timeout(100)
        raise AssertionError("nothing was saved")

    def shown(self) -> np.ndarray:
        """Return the result that is on the screen, HxWx3, before a JPEG encoder saw it."""
        width, height, values = self.page.evaluate(
            """() => {
                const shown = document.getElementById("after");
                const copy = new OffscreenCanvas(shown.width, shown.height);
                copy.getContext("2d").drawImage(shown, 0, 0);
                const { data } = copy.getContext("2d").getImageData(0, 0, shown.width, shown.height);
                let text = "";
                for (let i = 0; i < data.length; i += 4096) text += String.fromCharCode(...data.subarray(i, i + 4096));
                return [shown.width, shown.height, btoa(text)];
            }"""
        )
        return np.frombuffer(base64.b64decode(values), np.uint8).reshape(height, width, 4)[..., :3].astype(int)

    def look(self, moment: str) -> None:
        """Leave a screenshot for people, once nothing moves; nothing may be wider than the window."""
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        self.page.wait_for_timeout(500)
        self.page.evaluate(
            """async () => {
                await Promise.all(document.getAnimations().map(({ finished }) => finished));
                for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
            }"""
        )
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{moment}.png")
