"""The HTTP API: endpoints for photos, models, health, metrics, and the page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from importlib import metadata
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response, StreamingResponse

from ppcn import registry
from ppcn.images.formats import TITLES, WRITABLE
from ppcn.server import problems, uploads
from ppcn.server.endpoints import ENDPOINTS, Endpoint
from ppcn.server.limits import Limits
from ppcn.server.metrics import RequestMetrics, ServerMetrics
from ppcn.server.page import HeadAsGet, SecurityHeaders, add_page
from ppcn.server.problems import Problem, handle_problems
from ppcn.server.requests import RequestHandler

BINARY = {"schema": {"type": "string", "format": "binary"}}
BODY = {
    "required": True,
    "content": {
        uploads.FORM: {
            "schema": {
                "type": "object",
                "required": ["photo"],
                "properties": {"photo": {"type": "string", "format": "binary"}},
            }
        },
        "application/octet-stream": BINARY,
    },
}
RESULT = {
    "description": "The photo. Ppcn-Lost names what it could not keep, such as a gain map.",
    "content": {format.media_type: BINARY for format in WRITABLE.values()},
}
PROBLEMS = (
    (HTTPStatus.BAD_REQUEST, "The form cannot be read (Missing boundary in multipart): send one file in it."),
    (HTTPStatus.NOT_FOUND, "No network for /v1/enhance is installed here: `ppcn models` lists them."),
    (HTTPStatus.REQUEST_TIMEOUT, "The photo has not arrived within 60 seconds: send a smaller file."),
    (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The photo has more than 64 megabytes, which is the limit here."),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "The given data is empty; copy it again from where it came from."),
    (HTTPStatus.SERVICE_UNAVAILABLE, "All workers are busy and 16 photos wait: try again in 2 seconds."),
)


def create_app(limits: Limits) -> FastAPI:
    """Return the ASGI application; its workers run from its start to its end."""
    metrics = ServerMetrics()
    handler = RequestHandler(limits, metrics)
    metrics.watch("ppcn_photos_inside", "Photos that arrive, wait or are worked on", lambda: handler.inside)
    metrics.watch("ppcn_photos_running", "Photos that are worked on", lambda: handler.pool.running)

    @asynccontextmanager
    async def workers(_: FastAPI) -> AsyncIterator[None]:
        await asyncio.to_thread(handler.pool.start)
        yield
        await asyncio.to_thread(handler.pool.close)

    app = FastAPI(
        title="ppcn",
        version=metadata.version("ppcn"),
        summary="Makes phone photos look as if a DSLR took them.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=workers,
        docs_url=None,  # its scripts would come from another host
        redoc_url=None,
    )
    app.add_middleware(RequestMetrics, metrics=metrics)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(HeadAsGet)
    handle_problems(app)
    for name, endpoint in ENDPOINTS.items():
        _add_endpoint(app, handler, name, endpoint)
    _add_state(app, handler, metrics)
    add_page(app)
    return app


def _add_endpoint(app: FastAPI, handler: RequestHandler, name: str, endpoint: Endpoint) -> None:
    """Add ``POST /v1/NAME``."""
    Options = Annotated[endpoint.options, Query()]

    async def handle(request: Request, options: Options) -> StreamingResponse:  # pyright: ignore[reportInvalidTypeForm]
        return await handler.handle(request, name, options)

    app.post(
        f"/v1/{name}",
        summary=endpoint.summary,
        description=f"Takes a {TITLES} file, as the body or as one file of a form, whose fields may be the options.",
        operation_id=name,
        response_class=StreamingResponse,
        responses={200: RESULT, **problems.responses(*PROBLEMS)},
        openapi_extra={"requestBody": BODY},
    )(handle)


def _add_state(app: FastAPI, handler: RequestHandler, metrics: ServerMetrics) -> None:
    """Add what tells of the server itself."""

    @app.get("/v1/models", summary="The cards of the installed networks.")
    def models() -> list[dict[str, Any]]:
        return [card.facts for card in registry.cards()]

    @app.get("/healthz", summary="Whether the server lives.")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    starting = (HTTPStatus.SERVICE_UNAVAILABLE, "The workers are not ready: try again in a moment.")

    @app.get("/readyz", summary="Whether it takes photos.", responses=problems.responses(starting))
    def readyz() -> dict[str, str]:
        if not handler.pool.ready:
            raise Problem(*starting)
        return {"status": "ready"}

    @app.get(
        "/metrics",
        summary="What Prometheus asks for.",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def prometheus() -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")
