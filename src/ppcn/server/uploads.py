"""Reading a photo from a request: the body itself, or one file of a form, in memory only."""

from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from ppcn.server.problems import Problem, busy

FORM = "multipart/form-data"
MOST_FIELDS = 100
Take = Callable[[int], None]


class UploadMemory:
    """Bytes for all uploads together. Each takes what has arrived of it: one that is slow keeps nobody out."""

    def __init__(self, size: int) -> None:
        self._free = size

    @contextmanager
    def share(self) -> Iterator[Take]:
        """Return a function that takes bytes, and raises Problem where there are too few; in the end they are free."""
        taken = 0

        def take(size: int) -> None:
            nonlocal taken
            if size > self._free:
                raise busy("The photos that are arriving take all memory for them")
            self._free -= size
            taken += size

        try:
            yield take
        finally:
            self._free += taken


class _InMemory(MultiPartParser):
    """Starlette's parser, whose files never grow into temporary files on the disk."""

    spool_max_size = 1 << 62


async def read_photo(request: Request, limit: int, take: Take) -> tuple[bytes, dict[str, str]]:
    """Return the bytes of a photo, and the fields of the form that it came in; ``take`` is told of each byte.

    Raises Problem for more than ``limit`` bytes, for a form without one file, and for one that repeats a field.
    """
    body = _limited(request, limit, take)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        return b"".join([chunk async for chunk in body]), {}
    try:
        form = await _InMemory(request.headers, body, max_files=1, max_fields=MOST_FIELDS).parse()
    except (MultiPartException, KeyError, ValueError) as error:  # of a boundary that is missing or malformed
        reason = getattr(error, "message", str(error)).rstrip(".")
        raise Problem(HTTPStatus.BAD_REQUEST, f"The form cannot be read ({reason}): send one file in it.") from error
    files = [value for _, value in form.multi_items() if isinstance(value, UploadFile)]
    if not files:
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "The form has no file: send the photo as one, in `photo`.")
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    names = [name for name, _ in fields]
    if repeated := {name for name in names if names.count(name) > 1}:
        sentence = f"The form has more than one {min(repeated)}: send each option once."
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, sentence)
    return await files[0].read(), dict(fields)


async def discard(request: Request, limit: int) -> None:
    """Read a body and forget it: a client that is still sending would never see an answer before."""
    async for _ in _limited(request, limit, lambda _: None):
        pass


async def _limited(request: Request, limit: int, take: Take) -> AsyncGenerator[bytes, None]:
    """Yield a body in chunks, up to a number of bytes; raises Problem beyond."""
    too_large = Problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        f"The photo has more than {limit / 1e6:g} megabytes, which is the limit here: send a smaller file.",
        {"Connection": "close"},
    )
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > limit:
        raise too_large
    received = 0
    try:
        async for chunk in request.stream():
            received += len(chunk)
            if received > limit:
                raise too_large
            take(len(chunk))
            yield chunk
    except ClientDisconnect as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "The client left before it had sent the photo.") from error
