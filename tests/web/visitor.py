"""Someone who looks at the built page in a real browser."""

import base64
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Download, Page, expect

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "src/ppcn/server/static"
SCREENSHOTS = ROOT / "build/screenshots"
SAMPLES = ROOT / "samples"
SIZES = {"phone": (390, 844), "desktop": (1440, 900)}
CLOSE = 2  # of 255: how far a pixel may be from the library's
PATIENCE = 120_000  # ms: for machines that do much else


class Visitor:
    """Someone who looks at the page with a device of some size, in some theme."""

    def __init__(self, browser: Browser, size: str, theme: Any) -> None:
        width, height = SIZES[size]
        phone = size == "phone"
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, has_touch=phone, is_mobile=phone
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.requested: set[str] = set()
        self.name = f"{size}-{theme}"
        self.page.on("console", lambda message: self._hear(message.type, message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.context.on("request", lambda request: self.requested.add(request.url))

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

    def set_mode(self, name: str) -> None:
        self.page.get_by_role("radio", name=name).check(force=True)
        self.wait_for_result()

    def set_strength(self, percent: int) -> None:
        self.page.locator("#strength").fill(str(percent))

    def save(self) -> Download:
        with self.page.expect_download() as download:
            self.page.click("#save")
        return download.value

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
