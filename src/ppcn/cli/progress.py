"""Following a run over files: a progress bar, lines about photos, a closing line, a report, the exit status."""

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ppcn.cli.options import complain
from ppcn.errors import OutputError, plain

if TYPE_CHECKING:
    from ppcn.outputs import Output
    from ppcn.runtime.batch.jobs import FileResult
    from ppcn.runtime.operations.pipeline import Pipeline

UNCHANGED = 0.5  # of 255, the mean difference below which a photo counts as left as it is

Results = Callable[
    [Callable[[float], None]], "Generator[FileResult]"
]  # takes whom to tell how many photos are finished


@dataclass
class Tally:
    """What has become of ``total`` files so far."""

    total: int
    tag: str  # what is done, in one word
    pipeline: "Pipeline"
    counts: Counter[str] = field(default_factory=Counter)
    megapixels: float = 0.0
    failures: list[dict[str, str]] = field(default_factory=list)
    changes: list[dict[str, str | float]] = field(default_factory=list)
    results: dict[str, Path] = field(default_factory=dict)  # the last one of each folder
    started: float = field(default_factory=time.monotonic)

    def add(self, result: "FileResult") -> None:
        """Count a file."""
        self.counts[result.status] += 1
        self.megapixels += result.megapixels
        self.results[str(result.target.parent)] = result.target
        if result.change is not None:
            self.changes.append({"photo": str(result.source), "change": round(255 * result.change, 2)})
        if result.status == "failed":
            self.failures.append({"photo": str(result.source), "error": result.error})

    @property
    def stopped(self) -> bool:
        """Whether files are left."""
        return self.counts.total() < self.total

    @property
    def seconds(self) -> float:
        """Since when it counts."""
        return time.monotonic() - self.started

    def sentence(self) -> str:
        """Return the closing line."""
        done, skipped, failed = (self.counts[status] for status in ("done", "skipped", "failed"))
        photos = "1 photo" if done == 1 else f"{done} photos"
        line = f"{self.tag.capitalize()} {photos} ({self.megapixels:.1f} megapixels) in {self.seconds:.1f} s with "
        line += f"{' and '.join(self._models())} on {self.pipeline.operations[0].engine.provider}"
        if done:
            folder, target = next(iter(self.results.items()))
            more = len(self.results) - 1
            line += f": {target}" if self.total == 1 else f" into {folder}"
            line += f" and {more} more folder{'s' * (more > 1)}" * (more > 0)
        if skipped:
            line += f"; {skipped} skipped, whose results exist (--overwrite replaces them)"
        if failed:
            line += f"; {failed} failed"
        return plain(line) + "."

    def _models(self) -> list[str]:
        return [operation.engine.name for operation in self.pipeline.operations]

    def report(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "models": self._models(),
            "provider": self.pipeline.operations[0].engine.provider,
            "photos": self.total,
            **{status: self.counts[status] for status in ("done", "skipped", "failed")},
            "stopped": self.stopped,
            "megapixels": round(self.megapixels, 3),
            "seconds": round(self.seconds, 3),
            "failures": self.failures,
            "changes": self.changes,
        }


def check_report(report: Path, tasks: "Sequence[Output]") -> None:
    """Raise ``OutputError`` where a report would replace a photo, a result, or anything but an earlier report."""
    from ppcn.files import real

    where = f"Cannot write the report to {report}"
    if report.is_dir():
        raise OutputError(f"{where}: it is a folder; give the name of a file.")
    if real(report) in {real(path) for task in tasks for path in (task.source, *task.targets)}:
        raise OutputError(f"{where}: a photo or a result has that name; choose another one.")
    begins = b""
    with suppress(OSError), report.open("rb") as file:
        begins = file.read(1)
    if begins not in (b"", b"{"):
        raise OutputError(f"{where}: that file is no earlier report; choose another name, or remove it.")


def follow(results: Results, tally: Tally, report: Path | None, quiet: bool, verbose: bool) -> int:
    """Show results as they come, close with a line and a report; return 0, or 1 or 2 if some or all failed.

    Ctrl-C or a request to terminate ends the run in good order, with status 1.
    """
    from ppcn.files import atomic_write

    interrupted = False
    with _bar(tally.tag.capitalize(), tally.total, quiet) as (show, say):
        try:
            with _terminable(), closing(results(show)) as following:
                for result in following:
                    tally.add(result)
                    for line in _lines(result, verbose):
                        say(plain(line))
        except KeyboardInterrupt:
            interrupted = True
    if report:
        atomic_write(report, json.dumps(tally.report(), indent=2).encode() + b"\n", overwrite=True)
    good = tally.counts["done"] + tally.counts["skipped"]
    if tally.stopped and (interrupted or good):
        complain(f"Stopped after {good} of {tally.total} photos: the same command goes on from there.")
    elif good and not quiet:
        click.echo(tally.sentence(), err=True)
    if interrupted:
        return 1
    return 0 if not tally.failures else 1 if good else 2


@contextmanager
def _bar(what: str, total: int, quiet: bool) -> Iterator[tuple[Callable[[float], None], Callable[[str], None]]]:
    """Show a progress bar where standard error is a terminal; give what moves it, and what prints a line above it."""
    if quiet or not (sys.stderr and sys.stderr.isatty()):
        yield lambda _: None, partial(click.echo, err=True)
        return
    from rich.console import Console  # its import takes as long as a small photo
    from rich.progress import Progress

    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda count: bar.update(task, completed=count), console.print


@contextmanager
def _terminable() -> Iterator[None]:
    """Treat a request to terminate like Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _lines(result: "FileResult", verbose: bool) -> Iterator[str]:
    """Yield what the user should read of one result."""
    if result.status == "failed":
        yield f"ppcn: {result.error}"
    if result.lost:
        yield not_kept(str(result.source), result.lost)
    if verbose and result.status != "failed":
        yield f"{result.source} -> {result.target}{_about(result)}"


def not_kept(name: str, lost: "Sequence[str]") -> str:
    """Return the sentence about the parts of a photo that its result does not have."""
    return f"ppcn: {name}: the {' and the '.join(lost)} could not be kept."


def _about(result: "FileResult") -> str:
    """Return in brackets what a user who wants to know more reads about a result."""
    if result.status == "skipped":
        return " (was there already)"
    if result.change is None:
        return ""
    change = 255 * result.change
    return " (left as it is)" if change < UNCHANGED else f" (changed by {change:.1f} of 255 in the mean)"
