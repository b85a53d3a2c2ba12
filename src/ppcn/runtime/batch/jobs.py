"""One file of many: it is edited, and what became of it is told, whatever did."""

import errno
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ppcn.errors import OutputError, PpcnError
from ppcn.files import place
from ppcn.outputs import Output
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations import process
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Admission, Options, finished_result, process_file, taken

# Reasons why one result cannot be written and others may well be.
_OF_ONE = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.EFBIG)


@dataclass(frozen=True)
class FileResult:
    """What became of one file. ``target`` is where the result is, ``lost`` the parts that the result could not keep.

    ``change`` is the mean difference that an enhancement made, from 0 to 1, or None.
    ``hopeless`` is a failure that awaits all other photos, too: a full disk, or a folder that cannot be written.
    """

    source: Path
    target: Path
    status: Literal["done", "skipped", "failed"]
    error: str = ""
    megapixels: float = 0.0
    lost: tuple[str, ...] = ()
    hopeless: bool = False
    change: float | None = None


def edit_file(
    task: Output,
    pipeline: Pipeline,
    options: Options,
    progress: Progress | None = None,
    admit: Admission = process.admit,
) -> FileResult:
    """Edit a file of a folder and return what became of it.

    If its result has come into being meanwhile, by another run on the same folder, it is skipped.
    """
    try:
        written = process_file(task, pipeline, options, progress, admit)
    except PpcnError as error:
        cause = error.__cause__ if isinstance(error, OutputError) else None
        if isinstance(cause, FileExistsError) and (finished := finished_result(task)):
            return FileResult(task.source, finished, "skipped")
        hopeless = isinstance(cause, OSError) and cause.errno not in _OF_ONE
        return FileResult(task.source, task.target, "failed", str(error), hopeless=hopeless)
    return FileResult(
        task.source, written.path, "done", megapixels=written.megapixels, lost=written.lost, change=written.change
    )


def edit_file_alone(task: Output, pipeline: Pipeline, options: Options, progress: Progress | None = None) -> FileResult:
    """Do the same for a file that was asked for by itself: a result that exists is a failure, not work done before."""
    result = edit_file(task, pipeline, options, progress)
    if result.status != "skipped":
        return result
    return replace(result, status="failed", error=taken(result.target, result.source))


@dataclass(frozen=True)
class Job:
    """What is to be done with every photo, as plain values; ``threads`` is how many a worker may use."""

    pipeline: list[dict[str, Any]]
    options: Options
    threads: int

    @classmethod
    def of(cls, pipeline: Pipeline, options: Options, threads: int = 1) -> "Job":
        """Return the job of a pipeline."""
        return cls(pipeline.to_plain(), options, threads)


def to_text(value: Output | FileResult | Job) -> str:
    """Return a value as JSON, to be sent to another process or machine."""
    return json.dumps(asdict(value), default=str)


def task_from(text: str) -> Output:
    """Return the task that was made into text."""
    return Output(**{key: name and place(name) for key, name in json.loads(text).items()})


def result_from(text: str) -> FileResult:
    """Return the result that was made into text."""
    values = json.loads(text)
    values |= {"source": place(values["source"]), "target": place(values["target"]), "lost": tuple(values["lost"])}
    return FileResult(**values)


def job_from(text: str) -> Job:
    """Return the job that was made into text."""
    values = json.loads(text)
    return Job(**values | {"options": Options(**values["options"])})
