"""What several commands share: options, loading a network, printing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ppcn.runtime.engine.engine import Engine


def shared(*options: Callable) -> Callable:
    """Return a decorator that adds several options."""

    def decorate(command: Callable) -> Callable:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


class Place(click.ParamType):
    """A path, which need not exist, or a URL."""

    name = "path"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ARG002
        """Return the path, or what acts like one."""
        from ppcn.files import place

        path = place(value)
        return path.absolute() if path == Path("-") and value != "-" else path  # "./-" is a file


class Size(click.ParamType):
    """WIDTHxHEIGHT, such as 1280x720."""

    name = "WIDTHxHEIGHT"

    def convert(
        self, value: str | tuple[int, int], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, int]:
        """Return width and height; a default may be these already."""
        if isinstance(value, tuple):
            return value
        width, _, height = value.partition("x")
        if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
            self.fail(f"{value!r} is no size such as 1280x720: give width and height.", param, ctx)
        return int(width), int(height)


class Positive(click.ParamType):
    """A number above 0."""

    name = "number"

    def convert(self, value: str | float, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        try:
            number = float(value)
        except ValueError:
            number = 0.0
        if not 0 < number < float("inf"):  # NaN fails, too
            self.fail(f"{value!r} is no number above 0.", param, ctx)
        return number


folder = click.Path(path_type=Path, file_okay=False)
model_help = "A name that `ppcn models` lists, or an .onnx or .safetensors file."
provider = click.option("--provider", default="cpu", show_default=True, help="What runs it: cpu, cuda, coreml, ...")
as_json = click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
verbosity = shared(
    quiet,
    click.option("-v", "--verbose", is_flag=True, help="Print a line for every photo."),
)


def load(model: str, provider: str, quiet: bool = False) -> "Engine":
    """Load a network, and print its card's note if there is one."""
    from ppcn import load_model
    from ppcn.models import find

    engine = load_model(model, provider)
    card = find(model).card
    if card and card.note and not quiet:
        click.echo(card.note, err=True)
    return engine


def print_figures(figures: dict[str, Any], as_json: bool) -> None:
    """Print figures, one a line, and those of parts, one part a line; or all as JSON."""
    if as_json:
        click.echo(json.dumps(figures, indent=2))
        return
    width = max(map(len, figures))
    for name, value in figures.items():
        if isinstance(value, list):
            for part in value:
                click.echo("  ".join(f"{key} {_figure(entry)}" for key, entry in part.items()))
        else:
            click.echo(f"{name:<{width}}  {_figure(value)}")


def _figure(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def complain(sentence: str) -> int:
    """Print a sentence for the user and return the exit status of a usage or input error."""
    click.echo(f"ppcn: {sentence}", err=True)
    return 2
