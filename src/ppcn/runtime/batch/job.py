"""One file of a folder: how it is edited, and what became of it."""

import errno
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal

from ppcn.errors import InputError, OutputError, PpcnError
from ppcn.images.read import read
from ppcn.images.unreadable import CheckSize
from ppcn.images.write import write
from ppcn.outputs import Output
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations import memory
from ppcn.runtime.operations.operation import Edit, edit_photo, halo_of, largest_of, scale_of

# Reasons why one result cannot be written and others may well be.
_OF_ONE = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.EFBIG)


@dataclass(frozen=True)
class Settings:
    """How files are read and written; see ``ppcn enhance --help``. Plain values, fit to send to other processes."""

    quality: int | None = None
    strip_metadata: bool = False
    overwrite: bool = False
    max_megapixels: float = 200.0


@dataclass(frozen=True)
class Result:
    """What became of one file. ``target`` is where the result is, ``lost`` what the result could not keep.

    ``hopeless`` is a failure that awaits all other photos, too: a full disk, or a folder that cannot be written.
    """

    source: Path
    target: Path
    status: Literal["done", "skipped", "failed"]
    error: str = ""
    megapixels: float = 0.0
    lost: tuple[str, ...] = ()
    hopeless: bool = False


def attempt(
    task: Output,
    edits: Sequence[Edit],
    settings: Settings,
    progress: Progress | None = None,
    admit: CheckSize | None = None,
) -> Result:
    """Edit a file of a folder and return what became of it, whatever did.

    If its result has come into being meanwhile, by another run on the same folder, it is skipped.
    """
    try:
        return edit_file(task, edits, settings, progress, admit)
    except PpcnError as error:
        cause = error.__cause__ if isinstance(error, OutputError) else None
        if isinstance(cause, FileExistsError) and (finished := finished_result(task)):
            return Result(task.source, finished, "skipped")
        hopeless = isinstance(cause, OSError) and cause.errno not in _OF_ONE
        return Result(task.source, task.target, "failed", str(error), hopeless=hopeless)


def attempt_alone(task: Output, edits: Sequence[Edit], settings: Settings, progress: Progress | None = None) -> Result:
    """Do the same for a file that was asked for by itself: a result that exists is a failure, not work done before."""
    result = attempt(task, edits, settings, progress)
    return replace(result, status="failed", error=_exists(result.target)) if result.status == "skipped" else result


def edit_file(
    task: Output,
    edits: Sequence[Edit],
    settings: Settings,
    progress: Progress | None = None,
    admit: CheckSize | None = None,
) -> Result:
    """Edit one file; raises OutputError for a result that exists, and what reading, network and writing raise.

    ``progress`` is told the share that is done. ``admit`` is called as ``read`` says, before the photo is decoded,
    and may wait or raise ``Unreadable``; by default the photo is refused where memory does not do for it.
    """
    finished = finished_result(task)
    if finished and not settings.overwrite:
        raise OutputError(_exists(finished)) from FileExistsError(errno.EEXIST, "", str(finished))
    alone = partial(memory.admit, scale=largest_of(edits), halo=halo_of(edits))
    try:
        photo = read(task.source, max_megapixels=settings.max_megapixels, scale=scale_of(edits), admit=admit or alone)
        if progress:
            progress(0.0)
        target = task.for_alpha().target if photo.alpha else task.target
        megapixels = photo.width * photo.height / 1e6
        photo = edit_photo(photo, edits, progress)  # what it was is no longer held in memory
        write(
            photo,
            target,
            overwrite=settings.overwrite,
            quality=settings.quality,
            strip_metadata=settings.strip_metadata,
        )
    except Exception as error:
        if not memory.ran_out(error):
            raise
        raise InputError(f"{task.source} {memory.TOO_LITTLE}.") from error
    return Result(task.source, target, "done", megapixels=megapixels, lost=photo.lost)


def _exists(target: Path) -> str:
    return f"{target} exists already: remove it, or allow overwriting with --overwrite."


def finished_result(task: Output) -> Path | None:
    """Return the result of a task if there is one already."""
    return next((target for target in (task.target, task.for_alpha().target) if target.exists()), None)
