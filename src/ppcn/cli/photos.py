"""What the commands that edit photos share: which photos, from where to where, and how they are written."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ppcn.cli.options import Place, provider, shared, verbosity
from ppcn.cli.progress import Tally, check_report, follow, not_kept
from ppcn.errors import InputError, OutputError
from ppcn.files import is_folder
from ppcn.images.formats import CHOICES, QUALITIES

if TYPE_CHECKING:
    from ppcn.cli.progress import Results
    from ppcn.outputs import Output
    from ppcn.runtime.operations.pipeline import Operation, Pipeline
    from ppcn.runtime.operations.process import Options

STREAM = Path("-")


@dataclass(frozen=True)
class PhotoOptions:
    """The values of the shared options."""

    inputs: tuple[Path, ...]
    output: Path | None
    recursive: bool
    format_: str | None
    quality: int | None
    strip_metadata: bool
    overwrite: bool
    max_megapixels: float
    workers: int | None
    cluster: str | None
    report: Path | None
    provider: str
    quiet: bool
    verbose: bool

    def run(self, operations: "Sequence[Operation]", tag: str) -> int:
        """Edit the photos and return the exit status; ``tag``, such as "enhanced", says in one word what is done."""
        from ppcn.images.formats import SUFFIXES, check_installed
        from ppcn.outputs import plan_outputs
        from ppcn.runtime.operations.pipeline import Pipeline
        from ppcn.runtime.operations.process import Options

        pipeline = Pipeline(*operations)
        options = Options(self.quality, self.strip_metadata, self.overwrite, self.max_megapixels)
        suffix = f".{self.format_}" if self.format_ else None
        if suffix:
            check_installed(SUFFIXES[suffix])
        if STREAM in self.inputs or self.output == STREAM:
            if len(self.inputs) != 1:
                raise click.UsageError("Standard input or output takes one photo.")
            _edit_stream(self.inputs[0], self.output, suffix, options, pipeline)
            return 0
        tasks = plan_outputs(self.inputs, self.output, recursive=self.recursive, suffix=suffix, tag=tag)
        if self.report:
            check_report(self.report, tasks)
        tally = Tally(len(tasks), tag, pipeline)
        return follow(self._results(tasks, pipeline, options), tally, self.report, self.quiet, self.verbose)

    def _results(self, tasks: "Sequence[Output]", pipeline: "Pipeline", options: "Options") -> "Results":
        """Return where results come from: a photo alone needs no other process, and is refused if its result exists."""
        if self.cluster:
            from ppcn.runtime.batch.ray_cluster import edit_files as on_cluster

            return partial(on_cluster, tasks, pipeline, options, self.cluster, self.workers)
        if len(self.inputs) == 1 and not is_folder(self.inputs[0]):
            from ppcn.runtime.batch.jobs import edit_file_alone

            return lambda progress: (edit_file_alone(task, pipeline, options, progress) for task in tasks)
        from ppcn.runtime.batch.pool import edit_files

        return partial(edit_files, tasks, pipeline, options, self.workers)


_options = shared(
    click.argument("inputs", nargs=-1, required=True, type=Place()),
    click.option("-o", "--output", type=Place(), help="A file or a folder."),
    click.option("--recursive", is_flag=True, help="Look into folders inside folders."),
    click.option("--format", "format_", type=click.Choice(CHOICES), help="File type of the results."),
    click.option("--quality", type=click.IntRange(1, 100), help=f"Of {QUALITIES}."),
    click.option("--strip-metadata", is_flag=True, help="Drop EXIF (with the place), XMP, resolution, and films."),
    click.option("--overwrite", is_flag=True, help="Replace results that exist."),
    click.option("--max-megapixels", default=200.0, show_default=True, help="Refuse larger photos and results."),
    click.option("--workers", type=click.IntRange(1), help="Photos in hand at once; one a core unless given."),
    click.option("--cluster", metavar="ADDRESS", help="Use a Ray cluster; local makes one of this machine."),
    click.option("--report", type=Place(), help="Write counts and failures to this file, as JSON."),
    provider,
    verbosity,
)


def with_photo_options(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the shared options; it takes their values as its first argument."""

    @_options
    @wraps(command)
    def with_options(**options: Any) -> int:
        photos = PhotoOptions(**{field.name: options.pop(field.name) for field in fields(PhotoOptions)})
        return command(photos, **options)

    return with_options


def _edit_stream(
    source: Path, output: Path | None, suffix: str | None, options: "Options", pipeline: "Pipeline"
) -> None:
    """Edit one photo from standard input, or to standard output, or both."""
    from ppcn.files import atomic_write
    from ppcn.images.formats import SUFFIXES, format_of
    from ppcn.runtime.operations.process import process, to_bytes

    target = output if output != STREAM else None
    if not target and (sys.stdout is None or sys.stdout.isatty()):
        raise OutputError("Standard output is a terminal or closed: send it to a file with >, or name one with -o.")
    if source == STREAM and sys.stdin is None:
        raise InputError("Standard input is closed: send a photo to it with <, or name one.")
    format = format_of(target, suffix) if target else SUFFIXES[suffix].name if suffix else None
    given = sys.stdin.buffer.read() if source == STREAM else source
    result = process(given, pipeline, to_bytes(format, options), max_megapixels=options.max_megapixels)
    if result.lost:
        click.echo(not_kept("standard input" if source == STREAM else str(source), result.lost), err=True)
    if target:
        atomic_write(target, result.data, overwrite=options.overwrite)
        return
    try:
        sys.stdout.buffer.write(result.data)
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        # Python would write to the closed pipe once more at its end, and complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError("The reader of standard output closed it before the photo was written.") from error
    except OSError as error:
        raise OutputError(f"Standard output cannot be written: {(error.strerror or str(error)).lower()}.") from error
