"""The HTTP API: endpoints for photos, models, health, metrics, and the page."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from importlib import metadata
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Query, Request
from fastapi.responses import Response, StreamingResponse

from ppcn import registry
from ppcn.images.formats import TITLES
from ppcn.server import access, openapi, problems
from ppcn.server.documentation import add_documentation
from ppcn.server.endpoints import ENDPOINTS, Endpoint
from ppcn.server.headers import HeadAsGet, SecurityHeaders
from ppcn.server.limits import Limits
from ppcn.server.metrics import RequestMetrics, ServerMetrics
from ppcn.server.page import add_page
from ppcn.server.pool import NO_WORKER
from ppcn.server.problems import Problem, handle_problems
from ppcn.server.requests import RequestHandler


def create_app(limits: Limits, *, origins: Sequence[str] = (), token: str | None = None) -> FastAPI:
    """Return the ASGI application; its workers run from its start to its end.

    Pages of other ``origins`` may use it. Where there is a ``token``, photos, models and metrics are for those who send
    it as a bearer token.
    """
    metrics = ServerMetrics()
    handler = RequestHandler(limits, metrics)
    metrics.watch("ppcn_photos_inside", "Photos that wait or are worked on", lambda: handler.inside)
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
    access.allow_origins(app, origins)
    handle_problems(app)
    guarded = APIRouter(**access.guarded(token))
    for name, endpoint in ENDPOINTS.items():
        _add_endpoint(guarded, handler, name, endpoint)
    _add_facts(guarded, metrics)
    app.include_router(guarded)
    _add_health(app, handler)
    add_documentation(app)
    add_page(app)
    return app


def _add_endpoint(router: APIRouter, handler: RequestHandler, name: str, endpoint: Endpoint) -> None:
    """Add ``POST /v1/NAME``."""
    Options = Annotated[endpoint.options, Query()]

    async def handle(request: Request, options: Options) -> StreamingResponse:  # pyright: ignore[reportInvalidTypeForm]
        return await handler.handle(request, name, options)

    router.post(
        f"/v1/{name}",
        summary=endpoint.summary,
        description=f"Takes a {TITLES} file, as the body or as one file of a form, whose fields may be the options.",
        operation_id=name,
        response_class=StreamingResponse,
        responses=openapi.ANSWERS,
        openapi_extra={"requestBody": openapi.body(endpoint.options)},
    )(handle)


def _add_facts(router: APIRouter, metrics: ServerMetrics) -> None:
    """Add the networks, and what has been measured."""

    @router.get("/v1/models", summary="The cards of the installed networks.")
    def models() -> list[dict[str, Any]]:
        return [card.facts for card in registry.cards()]

    @router.get(
        "/metrics",
        summary="What Prometheus asks for.",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def prometheus() -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")


def _add_health(app: FastAPI, handler: RequestHandler) -> None:
    """Add whether the server lives, and whether it can work."""

    @app.get("/healthz", summary="Whether the server lives.")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    unable = (NO_WORKER.status, NO_WORKER.sentence)

    @app.get("/readyz", summary="Whether it takes photos.", responses=problems.responses(unable))
    def readyz() -> dict[str, str]:
        if not handler.pool.ready:
            raise Problem(*unable)
        return {"status": "ready"}
