"""A worker: a process that decodes, edits and encodes one photo after the other, within a limit of memory.

A photo that kills it kills nothing else: the pool starts another one. Its answers travel as JSON and bytes: a worker
that a photo has taken over must not make the server unpickle anything.
"""

import contextlib
import json
import os
import signal
import traceback
from dataclasses import dataclass
from http import HTTPStatus
from multiprocessing.connection import Connection
from time import perf_counter

from ppcn import load_model
from ppcn.cores import cores, environment_for
from ppcn.errors import OutOfMemoryError, PpcnError
from ppcn.images.formats import SUFFIXES
from ppcn.images.pixels.vips import quieten
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options, process, to_bytes
from ppcn.server.endpoints import ENDPOINTS, QueryOptions, models
from ppcn.server.limits import Limits

TOO_MUCH = "The photo needs more memory than the server allows for one: send a smaller one."
ERROR = "An error of the server, which its log describes."


@dataclass(frozen=True)
class PhotoRequest:
    """A photo and what to do with it: the network for each endpoint whose operation it gets, in order, and options."""

    networks: dict[str, str]
    options: QueryOptions
    photo: bytes


@dataclass(frozen=True)
class PhotoResponse:
    """An encoded photo, its media type, the parts that it could not keep, and the seconds that it took."""

    data: bytes
    media_type: str
    lost: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Refusal:
    """Why there is no photo: a status and one plain sentence."""

    status: HTTPStatus
    sentence: str


def main(pipe: Connection, limits: Limits) -> None:
    """Answer requests until the pipe ends; something empty is sent once all networks are loaded, and for each request.

    So the server knows whether a worker that has died had the photo.
    """
    for name in (signal.SIGINT, signal.SIGTERM):  # the server's to handle: it lets running work end
        signal.signal(name, signal.SIG_IGN)
    quieten()
    os.environ.update(environment_for(max(cores() // limits.workers, 1)))
    for endpoint in ENDPOINTS.values():
        for model in models(endpoint)[:1]:
            load_model(model)
    _limit_memory(limits.memory_mb << 20)
    pipe.send_bytes(b"")
    with contextlib.suppress(EOFError):
        while True:
            request = pipe.recv()
            pipe.send_bytes(b"")
            _send(pipe, _answer(request, limits))


def receive(pipe: Connection) -> PhotoResponse | Refusal:
    """Return an answer; raises EOFError where none comes, or something else."""
    try:
        facts = json.loads(pipe.recv_bytes())
        if "sentence" in facts:
            return Refusal(HTTPStatus(facts["status"]), facts["sentence"])
        return PhotoResponse(pipe.recv_bytes(), facts["media_type"], tuple(facts["lost"]), facts["seconds"])
    except (ValueError, KeyError, TypeError) as error:
        raise EOFError from error


def _send(pipe: Connection, answer: PhotoResponse | Refusal) -> None:
    pipe.send_bytes(json.dumps({key: value for key, value in vars(answer).items() if key != "data"}).encode())
    if isinstance(answer, PhotoResponse):
        pipe.send_bytes(answer.data)


def _answer(request: PhotoRequest, limits: Limits) -> PhotoResponse | Refusal:
    try:
        return _work(request, limits)
    except OutOfMemoryError:
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, TOO_MUCH)
    except PpcnError as error:
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    except Exception:
        traceback.print_exc()
        return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, ERROR)


def _work(request: PhotoRequest, limits: Limits) -> PhotoResponse:
    started = perf_counter()
    options = request.options

    operations = (ENDPOINTS[name].operation(load_model(model), options) for name, model in request.networks.items())
    pipeline = Pipeline(*operations)
    format = SUFFIXES[f".{options.format}"].name if options.format else None
    target = to_bytes(format, Options(options.quality, options.strip_metadata))
    result = process(request.photo, pipeline, target, max_megapixels=limits.megapixels, advice="send a smaller photo")
    return PhotoResponse(result.data, result.format.media_type, result.lost, perf_counter() - started)


def _limit_memory(limit: int) -> None:
    """Have the system refuse this process more than ``limit`` bytes of memory, where it can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
