"""What commands that edit photos share: the photos, folders of them, or standard input and output, and how to write."""

import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ppcn.cli.options import complain, provider, shared, verbosity
from ppcn.errors import OutputError

if TYPE_CHECKING:
    from ppcn.files import Task
    from ppcn.runtime.edits import Edit
    from ppcn.runtime.folders import Result, Settings

FORMATS = ["jpg", "png", "webp", "avif", "tiff"]
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
    provider: str
    quiet: bool
    verbose: bool

    def run(self, edits: "Sequence[Edit]", tag: str) -> int:
        """Edit the photos and return the exit status; ``tag``, such as "enhanced", says in one word what is done."""
        from ppcn.files import plan
        from ppcn.runtime.folders import Settings

        settings = Settings(self.quality, self.strip_metadata, self.overwrite, self.max_megapixels)
        suffix = f".{self.format_}" if self.format_ else None
        if STREAM in self.inputs or self.output == STREAM:
            if len(self.inputs) != 1:
                raise click.UsageError("Standard input or output takes one photo.")
            _edit_stream(self.inputs[0], self.output, suffix, settings, edits)
            return 0
        tasks = plan(self.inputs, self.output, recursive=self.recursive, suffix=suffix, tag=tag)
        resume = len(self.inputs) > 1 or any(path.is_dir() for path in self.inputs)
        return _edit_files(tasks, settings, edits, tag, resume, self.quiet, self.verbose)


_options = shared(
    click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True)),
    click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="A file or a folder."),
    click.option("--recursive", is_flag=True, help="Look into folders inside folders."),
    click.option("--format", "format_", type=click.Choice(FORMATS), help="File type of the results."),
    click.option("--quality", type=click.IntRange(1, 100), help="Of JPEG (95), WebP (90) and AVIF (85)."),
    click.option("--strip-metadata", is_flag=True, help="Drop EXIF (with the place), XMP and resolution."),
    click.option("--overwrite", is_flag=True, help="Replace results that exist."),
    click.option("--max-megapixels", default=200.0, show_default=True, help="Refuse larger photos and results."),
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
    from ppcn.runtime.edits import edit_photo, scale_of
    from ppcn.runtime.photo import format_for

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


def _edit_files(
    tasks: "Sequence[Task]",
    settings: "Settings",
    edits: "Sequence[Edit]",
    tag: str,
    resume: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Edit files with a progress bar and a closing line; return 0, or 1 or 2 if some or all failed."""
    from rich.console import Console
    from rich.progress import Progress

    from ppcn.runtime.folders import edit_files

    results: list[Result] = []
    started = time.monotonic()
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        photos = bar.add_task(tag.capitalize(), total=len(tasks))

        def show(share: float) -> None:
            bar.update(photos, completed=len(results) + share)

        try:
            for result in edit_files(tasks, edits, settings, resume=resume, progress=show):
                results.append(result)
                show(0)
                for line in _lines(result, verbose):
                    console.print(line)
            stopped = False
        except KeyboardInterrupt:
            stopped = True
    counts = Counter(result.status for result in results)
    if stopped:
        complain(f"Stopped after {counts['done']} of {len(tasks)} photos: the same command goes on from there.")
    elif not quiet and (counts["done"] or counts["skipped"]):
        click.echo(_summary(results, counts, time.monotonic() - started, edits, tag), err=True)
    if stopped or counts["failed"]:
        return 1 if counts["done"] or counts["skipped"] else 2
    return 0


def _lines(result: "Result", verbose: bool) -> Iterator[str]:
    """Yield what the user should read of one result."""
    if result.status == "failed":
        yield f"ppcn: {result.error}"
    if result.lost:
        yield f"ppcn: {result.source}: the {' and the '.join(result.lost)} could not be kept."
    if verbose and result.status != "failed":
        yield f"{result.source} -> {result.target}{' (was there already)' if result.status == 'skipped' else ''}"


def _summary(
    results: "Sequence[Result]", counts: "Counter[str]", seconds: float, edits: "Sequence[Edit]", tag: str
) -> str:
    """Return the closing line."""
    photos = "1 photo" if counts["done"] == 1 else f"{counts['done']} photos"
    size = sum(result.megapixels for result in results)
    names = " and ".join(edit.engine.name for edit in edits)
    line = f"{tag.capitalize()} {photos} ({size:.1f} megapixels) in {seconds:.1f} s with {names} on "
    line += edits[0].engine.provider
    if len(results) == 1 and counts["done"]:
        line += f": {results[0].target}"
    if counts["skipped"]:
        line += f"; {counts['skipped']} skipped, whose results exist (--overwrite replaces them)"
    if counts["failed"]:
        line += f"; {counts['failed']} failed"
    return line + "."
