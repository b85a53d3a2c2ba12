"""What commands that edit photos share: the photos, folders of them, or standard input and output, and how to write."""

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ppcn.cli.options import Place, provider, shared, verbosity
from ppcn.cli.progress import Tally, follow
from ppcn.errors import OutputError
from ppcn.images.formats import CHOICES, QUALITIES

if TYPE_CHECKING:
    from ppcn.cli.progress import Results
    from ppcn.outputs import Output
    from ppcn.runtime.batch.job import Settings
    from ppcn.runtime.operations.operation import Edit

STREAM = Path("-")


@dataclass(frozen=True)
class How:
    """Which photos are edited, and how they are read and written: the values of the shared options."""

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

    def run(self, edits: "Sequence[Edit]", tag: str) -> int:
        """Edit the photos and return the exit status; ``tag``, such as "enhanced", says in one word what is done."""
        from ppcn.outputs import plan_outputs
        from ppcn.runtime.batch.job import Settings

        settings = Settings(self.quality, self.strip_metadata, self.overwrite, self.max_megapixels)
        suffix = f".{self.format_}" if self.format_ else None
        if STREAM in self.inputs or self.output == STREAM:
            if len(self.inputs) != 1:
                raise click.UsageError("Standard input or output takes one photo.")
            _edit_stream(self.inputs[0], self.output, suffix, settings, edits)
            return 0
        tasks = plan_outputs(self.inputs, self.output, recursive=self.recursive, suffix=suffix, tag=tag)
        tally = Tally(len(tasks), tag, edits)
        return follow(self._results(tasks, edits, settings), tally, self.report, self.quiet, self.verbose)

    def _results(self, tasks: "Sequence[Output]", edits: "Sequence[Edit]", settings: "Settings") -> "Results":
        """Return where results come from: a photo alone needs no other process, and is refused if its result exists."""
        if self.cluster:
            from ppcn.runtime.batch.ray_cluster import edit_files as on_cluster

            return partial(on_cluster, tasks, edits, settings, self.cluster, self.workers)
        if len(self.inputs) == 1 and not self.inputs[0].is_dir():
            from ppcn.runtime.batch.job import attempt_alone

            return lambda progress: (attempt_alone(task, edits, settings, progress) for task in tasks)
        from ppcn.runtime.batch.pool import edit_files

        return partial(edit_files, tasks, edits, settings, self.workers)


_options = shared(
    click.argument("inputs", nargs=-1, required=True, type=Place()),
    click.option("-o", "--output", type=Place(), help="A file or a folder."),
    click.option("--recursive", is_flag=True, help="Look into folders inside folders."),
    click.option("--format", "format_", type=click.Choice(CHOICES), help="File type of the results."),
    click.option("--quality", type=click.IntRange(1, 100), help=f"Of {QUALITIES}."),
    click.option("--strip-metadata", is_flag=True, help="Drop EXIF (with the place), XMP and resolution."),
    click.option("--overwrite", is_flag=True, help="Replace results that exist."),
    click.option("--max-megapixels", default=200.0, show_default=True, help="Refuse larger photos and results."),
    click.option("--workers", type=click.IntRange(1), help="Photos in hand at once; one a core unless given."),
    click.option("--cluster", metavar="ADDRESS", help="Use a Ray cluster; local makes one of this machine."),
    click.option("--report", type=Place(), help="Write counts and failures to this file, as JSON."),
    provider,
    verbosity,
)


def on_photos(command: Callable[..., int]) -> Callable[..., int]:
    """Give a command the shared options; it takes their values as one, ``how``."""

    @_options
    @wraps(command)
    def with_how(**options: Any) -> int:
        how = How(**{field.name: options.pop(field.name) for field in fields(How)})
        return command(how, **options)

    return with_how


def _edit_stream(
    source: Path, output: Path | None, suffix: str | None, settings: "Settings", edits: "Sequence[Edit]"
) -> None:
    """Edit one photo from standard input, or to standard output, or both."""
    from ppcn.files import atomic_write
    from ppcn.images.read import read
    from ppcn.images.write import encode, format_of
    from ppcn.runtime.operations.enhance import format_for
    from ppcn.runtime.operations.operation import edit_photo, scale_of

    given = sys.stdin.buffer.read() if source == STREAM else source
    target = output if output != STREAM else None
    photo = read(given, max_megapixels=settings.max_megapixels, scale=scale_of(edits))
    name = suffix or target
    format = format_of(Path(name)) if name else format_for(photo)
    data = encode(edit_photo(photo, edits), format, quality=settings.quality, strip_metadata=settings.strip_metadata)
    if target:
        atomic_write(target, data, overwrite=settings.overwrite)
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError as error:
        # Python would write to the closed pipe once more at its end, and complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise OutputError("The reader of standard output closed it before the photo was written.") from error
    except OSError as error:
        raise OutputError(f"Standard output cannot be written: {(error.strerror or str(error)).lower()}.") from error
