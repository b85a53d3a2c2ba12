"""The page at ``/``: the built one, or how to build it."""

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from starlette.types import Receive, Scope, Send

from ppcn.server.files import PageFiles

STATIC = Path(__file__).with_name("static")
NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>ppcn</title>
<p>The API is here (<a href="docs">how to use it</a>); the page has not been built.
Run <code>make web</code> in the source folder, which needs Node.js, and start the server again.</p>
</html>
"""


def add_page(app: FastAPI, static: Path = STATIC) -> None:
    """Serve the page where the API has nothing."""
    if (static / "index.html").is_file():
        page, nothing = PageFiles(directory=static, html=True), app.router.default

        async def default(scope: Scope, receive: Receive, send: Send) -> None:
            await (page if scope["type"] == "http" else nothing)(scope, receive, send)

        app.router.default = default
        return

    @app.get("/", include_in_schema=False)
    def not_built() -> HTMLResponse:
        return HTMLResponse(NOT_BUILT)
