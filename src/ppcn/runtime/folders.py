"""Editing files one after the other; one that fails does not stop the others."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ppcn.errors import OutputError, PpcnError
from ppcn.files import Task
from ppcn.images.read import read
from ppcn.images.write import write
from ppcn.runtime.edits import Edit, edit_photo, scale_of
from ppcn.runtime.strips import Progress


@dataclass(frozen=True)
class Settings:
    """How files are read and written; see ``ppcn enhance --help``."""

    quality: int | None = None
    strip_metadata: bool = False
    overwrite: bool = False
    max_megapixels: float = 200.0


@dataclass(frozen=True)
class Result:
    """What became of one file. ``target`` is where the result is, ``lost`` what the result could not keep."""

    source: Path
    target: Path
    status: Literal["done", "skipped", "failed"]
    error: str = ""
    megapixels: float = 0.0
    lost: tuple[str, ...] = ()


def edit_files(
    tasks: Sequence[Task], edits: Sequence[Edit], settings: Settings, *, resume: bool, progress: Progress | None = None
) -> Iterator[Result]:
    """Edit files in order and yield what became of each; ``progress`` tells the share of the present photo.

    With ``resume`` a photo whose result exists is skipped, not failed: finished results are the journal of an
    interrupted run. A folder that cannot be written, or a full disk, would fail every photo: that
    :class:`~ppcn.errors.OutputError` is raised.
    """
    for task in tasks:
        finished = _finished(task)
        if finished and resume and not settings.overwrite:
            yield Result(task.source, finished, "skipped")
            continue
        try:
            yield edit_file(task, edits, settings, progress)
        except PpcnError as error:
            if isinstance(error.__cause__, OSError) and isinstance(error, OutputError):
                raise
            yield Result(task.source, task.target, "failed", str(error))


def edit_file(task: Task, edits: Sequence[Edit], settings: Settings, progress: Progress | None = None) -> Result:
    """Edit one file; raises OutputError for a result that exists, and what reading, network and writing raise."""
    finished = _finished(task)
    if finished and not settings.overwrite:
        raise OutputError(f"{finished} exists already: remove it, or allow overwriting with --overwrite.")
    photo = read(task.source, max_megapixels=settings.max_megapixels, scale=scale_of(edits))
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
    return Result(task.source, target, "done", megapixels=megapixels, lost=photo.lost)


def _finished(task: Task) -> Path | None:
    """Return the result of a task if there is one already."""
    return next((target for target in (task.target, task.for_alpha().target) if target.exists()), None)
