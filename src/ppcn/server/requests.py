"""How a request with a photo is handled: admission, upload, worker, response."""

import asyncio
from collections.abc import Awaitable, Iterator
from http import HTTPStatus
from typing import TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import StreamingResponse
from pydantic import ValidationError

from ppcn.server.endpoints import ENDPOINTS, QueryOptions, models
from ppcn.server.limits import Limits
from ppcn.server.metrics import ServerMetrics
from ppcn.server.pool import WorkerPool
from ppcn.server.problems import Problem
from ppcn.server.uploads import discard, read_photo
from ppcn.server.worker import PhotoRequest, PhotoResponse, Refusal

T = TypeVar("T")

CHUNK = 1 << 16
RETRY_AFTER = 2  # seconds


class RequestHandler:
    """Handles as many requests at a time as the limits allow: nothing else bounds the memory that uploads take."""

    def __init__(self, limits: Limits, metrics: ServerMetrics) -> None:
        self._limits = limits
        self._metrics = metrics
        self.pool = WorkerPool(limits, metrics.replaced.inc)
        self.inside = 0

    async def handle(self, request: Request, name: str, options: QueryOptions) -> StreamingResponse:
        """Answer a request for an endpoint; raises Problem."""
        _model(name, options)  # refused before the photo is read, where it can be
        if self.inside >= self._limits.places:
            self._metrics.refused.inc()
            await self._in_time(discard(request, self._limits.bytes))
            raise Problem(
                HTTPStatus.SERVICE_UNAVAILABLE,
                f"All workers are busy and {self._limits.waiting} photos wait: try again in {RETRY_AFTER} seconds.",
                {"Retry-After": str(RETRY_AFTER)},
            )
        self.inside += 1
        try:
            photo, fields = await self._in_time(read_photo(request, self._limits.bytes))
            options = _with_fields(options, fields)
            model = _model(name, options)
            work = asyncio.wrap_future(self.pool.submit(PhotoRequest(name, model, options, photo)))
            answer = await _unless_left(request, work)
        finally:
            self.inside -= 1
        if isinstance(answer, Refusal):
            raise Problem(answer.status, answer.sentence)
        return _response(answer, model)

    async def _in_time(self, upload: Awaitable[T]) -> T:
        """Wait for an upload; raises Problem where it takes too long."""
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await upload
        except TimeoutError as error:
            seconds = f"{self._limits.seconds:g} seconds"
            raise Problem(
                HTTPStatus.REQUEST_TIMEOUT,
                f"The photo has not arrived within {seconds}: send a smaller file, or over a faster line.",
            ) from error


async def _unless_left(request: Request, answer: asyncio.Future[T]) -> T:
    """Wait for an answer; where the client leaves before, it is cancelled, and Problem raised."""
    left = asyncio.create_task(_left(request))
    try:
        await asyncio.wait((answer, left), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise Problem(HTTPStatus.BAD_REQUEST, "The client left before its photo was done.")
        return answer.result()
    finally:
        left.cancel()
        answer.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _with_fields(options: QueryOptions, fields: dict[str, str]) -> QueryOptions:
    """Return the options of a query and of a form, whose other fields are not ours; Problem for what they cannot be."""
    own = {name: value for name, value in fields.items() if name in type(options).model_fields}
    try:
        return type(options).model_validate(options.model_dump(exclude_unset=True) | own) if own else options
    except ValidationError as error:
        raise RequestValidationError([entry | {"loc": ("form", *entry["loc"])} for entry in error.errors()]) from error


def _model(name: str, options: QueryOptions) -> str:
    """Return the network that a request asks for: an installed one, never a file's name."""
    known = models(ENDPOINTS[name])
    if not known:
        raise Problem(HTTPStatus.NOT_FOUND, f"No network for /v1/{name} is installed here: `ppcn models` lists them.")
    if options.model is None:
        return known[0]
    if options.model not in known:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"There is no network '{options.model}' for /v1/{name}: choose one of {', '.join(known)}.",
        )
    return options.model


def _response(result: PhotoResponse, model: str) -> StreamingResponse:
    """Return a result as a response that is sent in chunks, as fast as the client takes them."""
    headers = {
        "Content-Length": str(len(result.data)),
        "Ppcn-Model": model,
        "Server-Timing": f"work;dur={result.seconds * 1000:.0f}",
    }
    if result.lost:
        headers["Ppcn-Lost"] = ", ".join(result.lost)

    def chunks() -> Iterator[memoryview]:
        view = memoryview(result.data)
        for start in range(0, len(view), CHUNK):
            yield view[start : start + CHUNK]

    return StreamingResponse(chunks(), media_type=result.media_type, headers=headers)
