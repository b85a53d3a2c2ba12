"""How a request with a photo is handled: upload, admission, worker, response."""

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
from ppcn.server.problems import Problem, busy
from ppcn.server.uploads import UploadMemory, discard, read_photo
from ppcn.server.worker import PhotoRequest, PhotoResponse, Refusal

T = TypeVar("T")

CHUNK = 1 << 16


class RequestHandler:
    """Handles as many requests at a time as the limits allow: nothing else bounds the memory that uploads take.

    A photo has a place once it has arrived, so that clients who send slowly keep no place from others.
    """

    def __init__(self, limits: Limits, metrics: ServerMetrics) -> None:
        self._limits = limits
        self._metrics = metrics
        self.pool = WorkerPool(limits, metrics.replaced.inc)
        self._memory = UploadMemory(limits.places * limits.bytes)
        self.inside = 0

    async def handle(self, request: Request, name: str, options: QueryOptions) -> StreamingResponse:
        """Answer a request for an endpoint; raises Problem."""
        _networks(name, options)  # refused before the photo is read, where it can be
        if self.inside >= self._limits.places:
            await self._in_time(discard(request, self._limits.bytes))
            raise self._full()
        with self._memory.share() as take:
            photo, fields = await self._in_time(read_photo(request, self._limits.bytes, take))
            options = _with_fields(options, fields)
            networks = _networks(name, options)
            if self.inside >= self._limits.places:
                raise self._full()
            self.inside += 1
            try:
                work = asyncio.wrap_future(self.pool.submit(PhotoRequest(networks, options, photo)))
                answer = await _unless_left(request, work)
            finally:
                self.inside -= 1
        if isinstance(answer, Refusal):
            raise Problem(answer.status, answer.sentence)
        return _response(answer, networks)

    def _full(self) -> Problem:
        self._metrics.refused.inc()
        return busy(f"All workers are busy and {self._limits.waiting} photos wait")

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
                {"Connection": "close"},  # the client may send for ever
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
    """Return the options of a query and of a form, which count; raises RequestValidationError for wrong ones."""
    try:
        return type(options).model_validate(options.model_dump(exclude_unset=True) | fields)
    except ValidationError as error:
        raise RequestValidationError([entry | {"loc": ("form", *entry["loc"])} for entry in error.errors()]) from error


def _networks(name: str, options: QueryOptions) -> dict[str, str]:
    """Return the networks that a request asks for, by the endpoints whose operations they do; raises Problem."""
    return {name: _network(name, options.model)} | {follows: _network(follows, None) for follows in options.then}


def _network(name: str, model: str | None) -> str:
    """Return the network for an endpoint: an installed one, never a file's name; raises Problem."""
    known = models(ENDPOINTS[name])
    if not known:
        raise Problem(HTTPStatus.NOT_FOUND, f"No network for /v1/{name} is installed here: `ppcn models` lists them.")
    if model is None:
        return known[0]
    if model not in known:
        raise Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"There is no network '{model}' for /v1/{name}: choose one of {', '.join(known)}.",
        )
    return model


def _response(result: PhotoResponse, networks: dict[str, str]) -> StreamingResponse:
    """Return a result as a response that is sent in chunks, as fast as the client takes them."""
    headers = {
        "Content-Length": str(len(result.data)),
        "Ppcn-Model": ", ".join(networks.values()),
        "Server-Timing": f"work;dur={result.seconds * 1000:.0f}",
    }
    if result.lost:
        headers["Ppcn-Lost"] = ", ".join(result.lost)

    def chunks() -> Iterator[memoryview]:
        view = memoryview(result.data)
        for start in range(0, len(view), CHUNK):
            yield view[start : start + CHUNK]

    return StreamingResponse(chunks(), media_type=result.media_type, headers=headers)
