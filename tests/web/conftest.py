"""The built page in real browsers: a server, Chromium and Firefox, and what a visitor does."""

import functools
import shutil
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright
from visitor import PATIENCE, STATIC, Visitor

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PREFERENCES: dict[str, str | float | bool] = {
    "dom.disable_beforeunload": False,  # ask before results are lost, as for people
    "browser.download.alwaysOpenPanel": False,  # which would take the keyboard from the page
}
ISOLATION = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}


class Files(SimpleHTTPRequestHandler):
    """Serves the built page; ``headers`` are added to every answer."""

    extensions_map = SimpleHTTPRequestHandler.extensions_map | {".mjs": "text/javascript", ".wasm": "application/wasm"}
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: Any, extra: dict[str, str], **more: Any) -> None:
        self.extra = extra
        super().__init__(*arguments, **more)

    def end_headers(self) -> None:
        for name, value in self.extra.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


def _serve(headers: dict[str, str], folder: Path = STATIC) -> Iterator[str]:
    if not (STATIC / "index.html").is_file():
        pytest.skip("needs the built page: run make web")
    handler = functools.partial(Files, directory=str(folder), extra=headers)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the page, with the headers that threads need."""
    yield from _serve(ISOLATION)


@pytest.fixture(scope="session")
def plain_site() -> Iterator[str]:
    """The address of the page on a server that knows no such headers."""
    yield from _serve({})


@pytest.fixture
def changing_site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a copy of the page, and its folder: a link, which may be put to another build."""
    folder = tmp_path / "site"
    folder.symlink_to(STATIC)
    for address in _serve(ISOLATION, folder):
        yield address, folder


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session", params=["chromium", "firefox"])
def browser(request: pytest.FixtureRequest, playwright: Playwright, downloads: Path) -> Iterator[Browser]:
    """A browser of the system, since Playwright's own are downloads; it leads Firefox by WebDriver BiDi."""
    if request.param == "chromium":
        launched = playwright.chromium.launch(executable_path=_program("chromium"), args=FLAGS)
    else:
        launched = playwright.firefox.launch(
            executable_path=_program("firefox-esr"),
            channel="moz-firefox",
            downloads_path=downloads,
            firefox_user_prefs=PREFERENCES,
        )
    yield launched
    launched.close()


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"needs {name}: apt-get install {name}")
    return path


@pytest.fixture(scope="session")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where Firefox puts what is saved: Playwright hears nothing of it."""
    return tmp_path_factory.mktemp("downloads")


@pytest.fixture
def visit(browser: Browser, site: str, downloads: Path) -> Iterator[Any]:
    """Return a function that opens the page; at the end, nobody may have complained or asked another host."""
    visitors: list[tuple[Visitor, str]] = []

    def open_page(
        size: str = "desktop",
        theme: str = "light",
        address: str = site,
        prepare: Callable[[BrowserContext], None] = lambda _: None,
    ) -> Visitor:
        visitor = Visitor(browser, downloads, size, theme)
        visitors.append((visitor, address))
        prepare(visitor.context)
        visitor.page.goto(address)
        return visitor

    yield open_page
    for visitor, address in visitors:
        visitor.context.close()
        assert visitor.complaints == []
        host = address.partition("?")[0]
        assert all(url.startswith((host, "blob:", "data:")) for url in visitor.requested)
