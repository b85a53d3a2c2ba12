"""The one path that every photo takes: its size and memory are checked, it is read, edited and written.

Files, streams, bytes, images, arrays and requests differ in their source and in their target alone.
"""

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ppcn.errors import InputError, OutOfMemoryError, OutputError
from ppcn.files import OVERWRITE, is_taken
from ppcn.images.formats import FORMATS, format_of, result_format
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.read import read
from ppcn.images.unreadable import RAISE_IT, Unreadable
from ppcn.images.write import encode, lost_parts, write
from ppcn.outputs import Output, is_result_of
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations import memory
from ppcn.runtime.operations.pipeline import Pipeline

T = TypeVar("T")

Admission = Callable[[int], None]  # is told how many bytes a photo takes; waits, or raises NotEnoughMemory


@dataclass(frozen=True)
class Options:
    """How photos are read and written; see ``ppcn enhance --help``. Plain values, fit to send to other processes."""

    quality: int | None = None
    strip_metadata: bool = False
    overwrite: bool = False
    max_megapixels: float = 200.0

    def __post_init__(self) -> None:
        if self.quality is not None and self.quality not in range(1, 101):
            raise InputError(f"The quality {self.quality!r} is no whole number from 1 to 100.")
        if not (isinstance(self.max_megapixels, int | float) and self.max_megapixels > 0):  # NaN fails, too
            raise InputError(f"The limit of {self.max_megapixels!r} megapixels is no number above 0.")


@dataclass(frozen=True)
class Written:
    """A result that was written to ``path``; ``megapixels`` of the photo, and the parts of it that were ``lost``.

    ``change`` is that of a ``Photo``.
    """

    path: Path
    megapixels: float
    lost: tuple[str, ...]
    change: float | None


@dataclass(frozen=True)
class Encoded:
    """A result as the bytes of a file of a format, and the parts of the photo that were ``lost``."""

    data: bytes
    format: Format
    lost: tuple[str, ...]


def admit(size: int) -> None:
    """Raise ``NotEnoughMemory`` where ``size`` bytes are more than there are."""
    memory.check(size, memory.available())


def process(
    source: Path | bytes | Photo,
    pipeline: Pipeline,
    target: Callable[[Photo], T],
    *,
    max_megapixels: float = Options.max_megapixels,
    advice: str = RAISE_IT,
    progress: Progress | None = None,
    admit: Admission = admit,
) -> T:
    """Edit a photo from a file, from a file's bytes or from memory, and return what ``target`` makes of the result.

    ``max_megapixels`` is the limit for photos that have to be decoded, before and after they are enlarged; ``advice``
    ends the sentence about it. ``admit`` is told how many bytes the photo takes at most, before it is decoded.
    ``progress`` is told 0 when the photo is decoded, then the share that is done.

    Raises InputError where the photo cannot be read, is too large, or does not fit into memory (``OutOfMemoryError``),
    and what the pipeline and the target raise.
    """
    name = {bytes: "The given data", Photo: "The picture"}.get(type(source)) or str(source)

    def check(width: int, height: int, depth: int) -> None:
        admit(pipeline.memory_needed(width, height, depth))

    try:
        with enough_memory(name):
            if isinstance(source, Photo):
                photo = source
                check(photo.width, photo.height, photo.pixels.itemsize * photo.pixels.shape[2])
            else:
                photo = read(source, max_megapixels=max_megapixels, scale=pipeline.scale, advice=advice, admit=check)
            if progress:
                progress(0.0)
            photo = pipeline(photo, progress)  # the photo as it was is no longer held in memory
            return target(photo)
    except Unreadable as error:
        raise error.error(f"{name} {error}.") from error


@contextmanager
def enough_memory(name: str) -> Iterator[None]:
    """Raise ``OutOfMemoryError``, a sentence about ``name``, where a ``MemoryError`` is raised."""
    try:
        yield
    except MemoryError as error:
        raise OutOfMemoryError(
            f"{name} needs more memory than there is; close other programs, or make the photo smaller first."
        ) from error


def process_file(
    task: Output,
    pipeline: Pipeline,
    options: Options,
    progress: Progress | None = None,
    admit: Admission = admit,
) -> Written:
    """Edit one file; raises OutputError for a result that exists, and what ``process`` raises."""
    present = [target for target in task.targets if is_taken(target)]
    if present and not options.overwrite:
        raise OutputError(taken(present[0], task.source)) from FileExistsError(errno.EEXIST, "", str(present[0]))

    def to_file(photo: Photo) -> Written:
        path = task.for_alpha().target if photo.alpha else task.target
        write(
            photo,
            path,
            overwrite=options.overwrite,
            quality=options.quality,
            strip_metadata=options.strip_metadata,
            like=task.source,
        )
        lost = lost_parts(photo, format_of(path), strip_metadata=options.strip_metadata)
        return Written(path, photo.width * photo.height / pipeline.scale**2 / 1e6, lost, photo.change)

    return process(
        task.source, pipeline, to_file, max_megapixels=options.max_megapixels, progress=progress, admit=admit
    )


def to_bytes(format: str | None, options: Options) -> Callable[[Photo], Encoded]:
    """Return a target that encodes a photo in a format, by default the one that ``result_format`` gives."""

    def target(photo: Photo) -> Encoded:
        chosen = FORMATS[format] if format else result_format(photo.format, photo.alpha)
        data = encode(photo, chosen.name, quality=options.quality, strip_metadata=options.strip_metadata)
        return Encoded(data, chosen, lost_parts(photo, chosen.name, strip_metadata=options.strip_metadata))

    return target


def finished_result(task: Output) -> Path | None:
    """Return the result of a task if there is one already."""
    return next((target for target in task.targets if is_result_of(target, task.source)), None)


def taken(path: Path, photo: Path) -> str:
    """Return the sentence about a file that stands where a photo's result should go."""
    if is_result_of(path, photo):
        return f"{path} exists already: {OVERWRITE}."
    return f"{path} exists already, and is no result of {photo}: {OVERWRITE}."
