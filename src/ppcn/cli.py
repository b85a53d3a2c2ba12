"""The commands: thin, all work is done by the modules below, which are imported when their command runs."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ppcn import __version__
from ppcn.errors import OutputError, PpcnError
from ppcn.registry import DEFAULT_ENHANCER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ppcn.files import Task
    from ppcn.runtime.engine import Engine
    from ppcn.runtime.folders import Result, Settings

FORMATS = ["jpg", "png", "webp", "avif", "tiff"]
STREAM = Path("-")


def main() -> NoReturn:
    """Run the command line: what a user gets wrong is one sentence on standard error, never a traceback."""
    try:
        status = commands.main(standalone_mode=False) or 0
    except click.ClickException as error:
        error.show()
        status = 2
    except PpcnError as error:
        status = complain(str(error))
    except ModuleNotFoundError as error:
        status = complain(f"This command needs {error.name}: install it with pip install 'ppcn[train]'.")
    except (click.Abort, KeyboardInterrupt):
        status = complain("Stopped: nothing is half-written.")
    sys.exit(status)


def complain(sentence: str) -> int:
    """Print a sentence for the user and return the exit status of a usage or input error."""
    click.echo(f"ppcn: {sentence}", err=True)
    return 2


def shared(*options: Callable) -> Callable:
    """Return a decorator that adds several options."""

    def decorate(command: Callable) -> Callable:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


folder = click.Path(path_type=Path, file_okay=False)
model_help = "A name that `ppcn models` lists, or an .onnx or .safetensors file."
provider = click.option("--provider", default="cpu", show_default=True, help="What runs it: cpu, cuda, coreml, ...")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
verbosity = shared(
    click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors."),
    click.option("-v", "--verbose", is_flag=True, help="Print a line for every photo."),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ppcn")
def commands() -> None:
    """Make phone photos look as if a DSLR took them: fast, offline, on ordinary CPUs."""


@commands.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), help="A file or a folder.")
@click.option("--recursive", is_flag=True, help="Look into folders inside folders.")
@click.option("--model", default=DEFAULT_ENHANCER, show_default=True, help=model_help)
@click.option(
    "--strength", default=1.0, show_default=True, type=click.FloatRange(0, 1), help="Blend with the original."
)
@click.option("--format", "format_", type=click.Choice(FORMATS), help="File type of the results.")
@click.option("--quality", type=click.IntRange(1, 100), help="Of JPEG (95), WebP (90) and AVIF (85).")
@click.option("--strip-metadata", is_flag=True, help="Drop EXIF (with the place), XMP and resolution.")
@click.option("--overwrite", is_flag=True, help="Replace results that exist.")
@click.option("--max-megapixels", default=200.0, show_default=True, help="Refuse larger photos.")
@provider
@verbosity
def enhance(
    inputs: tuple[Path, ...],
    output: Path | None,
    recursive: bool,
    model: str,
    strength: float,
    format_: str | None,
    quality: int | None,
    strip_metadata: bool,
    overwrite: bool,
    max_megapixels: float,
    provider: str,
    quiet: bool,
    verbose: bool,
) -> int:
    """Enhance photos: files, folders, or - for standard input and output.

    Without -o a result lies beside its photo, as NAME.enhanced.EXT.
    """
    from ppcn.files import plan
    from ppcn.runtime.folders import Settings

    settings = Settings(strength, quality, strip_metadata, overwrite, max_megapixels)
    suffix = f".{format_}" if format_ else None
    if STREAM in inputs or output == STREAM:
        if len(inputs) != 1:
            raise click.UsageError("Standard input or output takes one photo.")
        _enhance_stream(inputs[0], output, suffix, settings, _load(model, provider, quiet))
        return 0
    tasks = plan(inputs, output, recursive=recursive, suffix=suffix)
    resume = len(inputs) > 1 or any(path.is_dir() for path in inputs)
    return _enhance_files(tasks, settings, _load(model, provider, quiet), resume, quiet, verbose)


def _load(model: str, provider: str, quiet: bool) -> "Engine":
    """Load a network, and print its card's note if there is one."""
    from ppcn import load_model
    from ppcn.registry import cards

    engine = load_model(model, provider)
    notes = [card.note for card in cards() if card.name == model and card.note]
    if notes and not quiet:
        click.echo(notes[0], err=True)
    return engine


def _enhance_stream(
    source: Path, output: Path | None, suffix: str | None, settings: "Settings", engine: "Engine"
) -> None:
    """Enhance one photo from standard input, or to standard output, or both."""
    from ppcn.files import atomic_write
    from ppcn.images.read import read
    from ppcn.images.write import encode, format_of
    from ppcn.runtime.photo import enhance_photo, format_for

    given = sys.stdin.buffer.read() if source == STREAM else source
    target = output if output != STREAM else None
    photo = read(given, max_megapixels=settings.max_megapixels)
    name = suffix or target
    format = format_of(Path(name)) if name else format_for(photo)
    enhanced = enhance_photo(photo, engine, settings.strength)
    data = encode(enhanced, format, quality=settings.quality, strip_metadata=settings.strip_metadata)
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


def _enhance_files(
    tasks: "Sequence[Task]", settings: "Settings", engine: "Engine", resume: bool, quiet: bool, verbose: bool
) -> int:
    """Enhance files with a progress bar and a closing line; return 0, or 1 or 2 if some or all failed."""
    from rich.console import Console
    from rich.progress import Progress

    from ppcn.runtime.folders import enhance_files

    results: list[Result] = []
    started = time.monotonic()
    console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        photos = bar.add_task("Enhancing", total=len(tasks))

        def show(share: float) -> None:
            bar.update(photos, completed=len(results) + share)

        try:
            for result in enhance_files(tasks, engine, settings, resume=resume, progress=show):
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
        click.echo(_summary(results, counts, time.monotonic() - started, engine), err=True)
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


def _summary(results: "Sequence[Result]", counts: "Counter[str]", seconds: float, engine: "Engine") -> str:
    """Return the closing line."""
    photos = "1 photo" if counts["done"] == 1 else f"{counts['done']} photos"
    size = sum(result.megapixels for result in results)
    line = f"Enhanced {photos} ({size:.1f} megapixels) in {seconds:.1f} s with {engine.name} on {engine.provider}"
    if len(results) == 1 and counts["done"]:
        line += f": {results[0].target}"
    if counts["skipped"]:
        line += f"; {counts['skipped']} skipped, whose results exist (--overwrite replaces them)"
    if counts["failed"]:
        line += f"; {counts['failed']} failed"
    return line + "."


class _Models(click.Group):
    """A group in which a word that is no command is a network's name."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Read ``NAME`` as ``show NAME``."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


@commands.group(cls=_Models, invoke_without_command=True, subcommand_metavar="[NAME | add ...]")
@as_json
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> None:
    """List the networks that are installed, show one's card, or add one."""
    from ppcn import registry

    if ctx.invoked_subcommand:
        return
    cards = registry.cards()
    if as_json:
        click.echo(json.dumps([card.facts for card in cards], indent=2))
        return
    for card in cards:
        default = ", the default" if card.name == registry.DEFAULT_ENHANCER else ""
        click.echo(f"{card.name}: {card.task}{default}; trained on {card.facts['training']['data']}")


@models.command(hidden=True)
@click.argument("name")
@as_json
def show(name: str, as_json: bool) -> None:
    """Show a network's card."""
    from ppcn import registry

    facts = registry.find(name).facts
    click.echo(json.dumps(facts, indent=2) if as_json else _card(facts))


@models.command()
@click.argument("run", type=folder)
@click.option("--name", required=True, help="Such as student.open: the network and its data.")
@click.option("--data", required=True, help="What it was trained on, in words.")
@click.option("--recipe", required=True, help="The recipe's name.")
@click.option("--figures", multiple=True, metavar="SET=FILE", help="What `ppcn evaluate ... --json` printed for a set.")
@click.option("--into", required=True, type=folder, help="The folder of weights, such as src/ppcn/weights.")
def add(run: Path, name: str, recipe: str, data: str, figures: tuple[str, ...], into: Path) -> None:
    """Make a network's files (weights, ONNX, card, list of training files) from a training run's folder."""
    from ppcn.exporting.model_files import add as add_files

    card = add_files(run, into, name=name, recipe=recipe, data=data, figures=figures)
    click.echo(f"{card}: {name} is ready.")


def _card(facts: dict[str, Any], indent: str = "") -> str:
    """Return a card as indented lines."""
    lines = []
    for key, value in facts.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}", _card(value, indent + "  ")]
        else:
            lines.append(f"{indent}{key}: {value}")
    return "\n".join(lines)


@commands.group()
def evaluate() -> None:
    """Measure quality: on pairs of photos, or on whole photographs."""


@evaluate.command()
@click.option("--model", help=model_help)
@click.option("--outputs", type=folder, help="Score these finished pictures instead of a model.")
@click.option("--pairs", required=True, type=folder, help="Has iphone/ and canon/, or input/ and target/.")
@click.option("--force", is_flag=True, help="Score pictures that the model was trained on, and mark the row.")
@provider
@as_json
def enhancement(
    model: str | None, outputs: Path | None, pairs: Path, force: bool, provider: str, as_json: bool
) -> None:
    """PSNR, MS-SSIM and PSNR after the best colour fit on pairs of a phone's and a camera's photos."""
    from ppcn.evaluation.enhancement import score_model, score_outputs

    if (model is None) == (outputs is None):
        raise click.UsageError("Give either --model or --outputs.")
    if outputs:
        scores = score_outputs(outputs, pairs)
    else:
        assert model
        scores = score_model(
            _load(model, provider, quiet=False), model, pairs, trained_on=_trained_on(model), force=force
        )
    _print_figures(scores.as_dict(), as_json)


@evaluate.command("whole-photo")
@click.option("--model", required=True, help=model_help)
@click.option("--photos", required=True, type=folder, help="The folder of photographs that networks are trained on.")
@provider
@as_json
def whole_photo(model: str, photos: Path, provider: str, as_json: bool) -> None:
    """The same on twelve held-back photographs, degraded whole by the simulated phone."""
    from ppcn.evaluation.whole_photo import whole_photo as score

    _print_figures({"model": model} | score(_load(model, provider, quiet=False), photos), as_json)


@evaluate.command("super-resolution")
@click.option("--model", required=True, help=f"{model_help} Or bicubic.")
@click.option("--images", required=True, type=folder, help="The originals; their small versions are made here.")
@click.option("--scale", default=4, show_default=True, type=click.IntRange(2), help="How many times MODEL enlarges.")
@click.option("--rgb", is_flag=True, help="The challenge's protocol: PSNR and MS-SSIM of RGB.")
@click.option("--force", is_flag=True, help="Score pictures that the model was trained on, and mark the row.")
@provider
@as_json
def super_resolution(
    model: str, images: Path, scale: int, rgb: bool, force: bool, provider: str, as_json: bool
) -> None:
    """PSNR and SSIM on Y, of originals made small and enlarged again."""
    from ppcn.evaluation.super_resolution import score_super_resolution

    enlarge = None if model == "bicubic" else _load(model, provider, quiet=False)
    scores = score_super_resolution(
        enlarge, model, images, scale=scale, rgb=rgb, trained_on=_trained_on(model), force=force
    )
    _print_figures(scores.as_dict(), as_json)


def _trained_on(model: str) -> frozenset[str]:
    """Return what a shipped network was trained on; nothing is known of a file."""
    from ppcn.registry import cards

    return next((card.trained_on for card in cards() if card.name == model), frozenset())


def _print_figures(figures: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    width = max(map(len, figures))
    for name, value in figures.items():
        click.echo(f"{name:<{width}}  {value:.4f}" if isinstance(value, float) else f"{name:<{width}}  {value}")


@commands.command("import-tensorflow")
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.safetensors")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
def import_tensorflow(checkpoint: Path, output: Path, overwrite: bool) -> None:
    """Turn a released TensorFlow checkpoint into a .safetensors file."""
    from ppcn.networks import NETWORKS
    from ppcn.networks.tensorflow import import_checkpoint
    from ppcn.networks.weights_file import save

    name, state = import_checkpoint(checkpoint)
    network = NETWORKS[name]()
    network.load_state_dict(state)
    save(network, output, overwrite=overwrite)
    count = sum(parameter.numel() for parameter in network.parameters())
    click.echo(f"{output}: {name}, {count:,} parameters.")


@commands.command()
@click.argument("recipe")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a value of the recipe.")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint in the output folder.")
@click.option("-o", "--output", required=True, type=folder, help="The run's folder.")
def train(recipe: str, overrides: tuple[str, ...], resume: bool, output: Path) -> None:
    """Train a network from a recipe: the name of one that comes with ppcn, or a TOML file."""
    from ppcn import training

    training.run(training.load(recipe, overrides), output, resume=resume)
