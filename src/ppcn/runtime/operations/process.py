"""The one path that every photo takes: its size and memory are checked, it is read, edited and written.

Files, streams, bytes, images, arrays and requests differ in their source and in their target alone.
"""

import errno
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from ppcn.errors import InputError, OutOfMemoryError, OutputError, PpcnError
from ppcn.files import OVERWRITE, is_taken
from ppcn.images.formats import FORMATS, format_of, result_format
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.read import read
from ppcn.images.unreadable import RAISE_IT, Unreadable
from ppcn.images.write import check_side, encode, lost_parts, write
from ppcn.outputs import Output, is_result_of
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations import memory
from ppcn.runtime.operations.pipeline import Pipeline

T = TypeVar("T")

_NO_MEMORY = re.compile("out of memory|insufficient memory|allocat|creating thread|thread creation|map segment", re.I)

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


@dataclass(frozen=True)
class InFormat(Generic[T]):
    """A target that writes results: ``write`` does it, and ``format`` names the format that a photo's result gets.

    ``format`` is told the format that the photo was read from, and whether the photo has alpha. So a photo whose result
    would be too large, for its format or for the memory, is refused before anything is computed.
    """

    format: Callable[[str, bool], str]
    write: Callable[[Photo], T]

    def __call__(self, photo: Photo) -> T:
        """Write a result."""
        return self.write(photo)

    def format_of(self, photo: Photo) -> Format:
        """Return the format of a photo's result."""
        return FORMATS[self.format(photo.format, photo.alpha)]

    def encoding(self, read_from: str) -> int:
        """Return how many bytes a pixel takes at most when the result of a photo is encoded, beside those it has."""
        return max(FORMATS[self.format(read_from, alpha)].encoding for alpha in (False, True))


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
    OutputError where the result is too large for the format of the target, and what the pipeline and the target raise.
    """
    name = {bytes: "The given data", Photo: "The picture"}.get(type(source)) or str(source)

    def check(width: int, height: int, depth: int, format: str) -> None:
        encoding = depth + target.encoding(format) if isinstance(target, InFormat) else 0
        admit(max(pipeline.memory_needed(width, height, depth), width * height * pipeline.scale**2 * encoding))

    try:
        with enough_memory(name):
            if isinstance(source, Photo):
                photo = source
                check(photo.width, photo.height, photo.pixels.itemsize * photo.pixels.shape[2], photo.format)
            else:
                photo = read(source, max_megapixels=max_megapixels, scale=pipeline.scale, advice=advice, admit=check)
            if isinstance(target, InFormat):
                _check_side(name, target.format_of(photo), photo, pipeline.scale)
            if progress:
                progress(0.0)
            photo = pipeline(photo, progress)  # the photo as it was is no longer held in memory
            return target(photo)
    except Unreadable as error:
        raise error.error(f"{name} {error}.") from error


def _check_side(name: str, format: Format, photo: Photo, scale: int) -> None:
    """Raise ``OutputError``, a sentence about ``name``, where a photo made larger is too large for a format."""
    try:
        check_side(format, photo.width * scale, photo.height * scale)
    except OutputError as error:
        raise OutputError(f"{name}: {error}") from error


@contextmanager
def enough_memory(name: str) -> Iterator[None]:
    """Raise ``OutOfMemoryError``, a sentence about ``name``, where memory was short.

    To libvips and most codecs that is an error like any other, which ends as a damaged photo or a result that cannot be
    written: what they said before tells it.
    """
    try:
        yield
    except (MemoryError, PpcnError, Unreadable) as error:
        if not _lacks_memory(error):
            raise
        raise OutOfMemoryError(
            f"{name} needs more memory than there is; close other programs, or make the photo smaller first."
        ) from error


def _lacks_memory(error: BaseException | None) -> bool:
    """Tell whether an error, or one that it came of, is a lack of memory; names of files are not looked at."""
    while error and not isinstance(error, MemoryError):
        ours = isinstance(error, PpcnError | Unreadable)
        said = error.strerror or "" if isinstance(error, OSError) and error.filename else str(error)
        if not ours and _NO_MEMORY.search(said):
            return True
        error = error.__cause__ or error.__context__
    return error is not None


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

    def path_for(alpha: bool) -> Path:
        return task.for_alpha().target if alpha else task.target

    def to_file(photo: Photo) -> Written:
        path = path_for(photo.alpha)
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

    target = InFormat(lambda _, alpha: format_of(path_for(alpha)), to_file)
    return process(task.source, pipeline, target, max_megapixels=options.max_megapixels, progress=progress, admit=admit)


def to_bytes(format: str | None, options: Options) -> InFormat[Encoded]:
    """Return a target that encodes a photo in a format, by default the one that ``result_format`` gives."""

    def format_for(read_from: str, alpha: bool) -> str:
        return format or result_format(read_from, alpha).name

    def target(photo: Photo) -> Encoded:
        name = format_for(photo.format, photo.alpha)
        data = encode(photo, name, quality=options.quality, strip_metadata=options.strip_metadata)
        return Encoded(data, FORMATS[name], lost_parts(photo, name, strip_metadata=options.strip_metadata))

    return InFormat(format_for, target)


def finished_result(task: Output) -> Path | None:
    """Return the result of a task if there is one already."""
    return next((target for target in task.targets if is_result_of(target, task.source)), None)


def taken(path: Path, photo: Path) -> str:
    """Return the sentence about a file that stands where a photo's result should go."""
    if is_result_of(path, photo):
        return f"{path} exists already: {OVERWRITE}."
    return f"{path} exists already, and is no result of {photo}: {OVERWRITE}."
