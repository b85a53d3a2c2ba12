"""The page at ``/``: the built one, or how to build it."""

from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATIC = Path(__file__).with_name("static")
HEADERS = (  # the first two let the page use threads
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
    (b"x-content-type-options", b"nosniff"),
)
NOT_BUILT = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>ppcn</title>
<p>The API is here (<a href="/openapi.json">/openapi.json</a>); the page has not been built.
Run <code>make web</code> in the source folder, which needs Node.js, and start the server again.</p>
</html>
"""


def add_page(app: FastAPI, static: Path = STATIC) -> None:
    """Serve the page where the API has nothing."""
    if (static / "index.html").is_file():
        page, nothing = _Files(directory=static, html=True), app.router.default

        async def default(scope: Scope, receive: Receive, send: Send) -> None:
            await (page if scope["type"] == "http" else nothing)(scope, receive, send)

        app.router.default = default
        return

    @app.get("/", include_in_schema=False)
    def not_built() -> HTMLResponse:
        return HTMLResponse(NOT_BUILT)


class _Files(StaticFiles):
    """Files that can be read; for any other method there is nothing."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        return await super().get_response(path, scope)


class SecurityHeaders:
    """Middleware that adds ``HEADERS`` to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self._app(scope, receive, headed)


class HeadAsGet:
    """Middleware that answers HEAD wherever there is GET; the server leaves the body out."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        get = {"method": "GET"} if scope.get("method") == "HEAD" else {}
        await self._app({**scope, **get}, receive, send)
