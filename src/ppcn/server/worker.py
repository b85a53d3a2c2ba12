"""A worker: a process that decodes, enhances and encodes one photo after the other, within a limit of memory.

A photo that kills it kills nothing else: the pool starts another one. Its answers travel as JSON and bytes: one that a
photo has taken over must not make the server unpickle anything.
"""

import contextlib
import json
import re
import signal
import traceback
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter

from ppcn.errors import PpcnError
from ppcn.images.read import read
from ppcn.images.write import encode, format_of
from ppcn.runtime.engine.engine import Engine, load
from ppcn.runtime.operations.enhance import format_for
from ppcn.server.limits import Limits
from ppcn.server.tasks import TASKS, Options, models

TOO_MUCH = "The photo needs more memory than the server allows for one: send a smaller one."


@dataclass(frozen=True)
class Job:
    """A photo and what to do with it: a task of ``TASKS``, a network for it, and the task's options."""

    task: str
    model: str
    options: Options
    photo: bytes


@dataclass(frozen=True)
class Result:
    """An encoded photo, its media type, what it could not keep, and the seconds that it took."""

    data: bytes
    media_type: str
    lost: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Refusal:
    """Why there is no result: a status and one plain sentence."""

    status: HTTPStatus
    sentence: str


def main(pipe: Connection, limits: Limits) -> None:
    """Answer jobs with results and refusals until the pipe ends; the first thing sent is empty, once all is loaded."""
    for name in (signal.SIGINT, signal.SIGTERM):  # the server's to handle: it lets running work end
        signal.signal(name, signal.SIG_IGN)
    for task in TASKS.values():
        for model in models(task)[:1]:
            _engine(model)
    _limit_memory(limits.memory_mb << 20)
    pipe.send_bytes(b"")
    with contextlib.suppress(EOFError):
        while True:
            _send(pipe, _answer(pipe.recv(), limits))


def receive(pipe: Connection) -> Result | Refusal:
    """Return an answer; raises EOFError where none comes, or something else."""
    try:
        facts = json.loads(pipe.recv_bytes())
        if "sentence" in facts:
            return Refusal(HTTPStatus(facts["status"]), facts["sentence"])
        return Result(pipe.recv_bytes(), facts["media_type"], tuple(facts["lost"]), facts["seconds"])
    except (ValueError, KeyError, TypeError) as error:
        raise EOFError from error


def _send(pipe: Connection, answer: Result | Refusal) -> None:
    pipe.send_bytes(json.dumps({key: value for key, value in vars(answer).items() if key != "data"}).encode())
    if isinstance(answer, Result):
        pipe.send_bytes(answer.data)


def _answer(job: Job, limits: Limits) -> Result | Refusal:
    try:
        return _work(job, limits)
    except PpcnError as error:
        return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
    except Exception as error:
        # The libraries below have names of their own for a lack of memory.
        if isinstance(error, MemoryError) or re.search("alloc|memory", str(error)):
            return Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, TOO_MUCH)
        traceback.print_exc()
        return Refusal(HTTPStatus.INTERNAL_SERVER_ERROR, "An error of the server, which its log describes.")


def _work(job: Job, limits: Limits) -> Result:
    started = perf_counter()
    options = job.options
    edit = TASKS[job.task].edit(_engine(job.model), options)
    photo = read(job.photo, max_megapixels=limits.megapixels, scale=edit.scale, advice="send a smaller photo")
    kind = format_of(Path(f"result.{options.format}")) if options.format else format_for(photo)
    data = encode(edit(photo), kind, quality=options.quality, strip_metadata=options.strip_metadata)
    return Result(data, f"image/{kind}", photo.lost, perf_counter() - started)


@cache
def _engine(model: str) -> Engine:
    return load(model)


def _limit_memory(limit: int) -> None:
    """Have the system refuse this process more than ``limit`` bytes of memory, where it can."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
