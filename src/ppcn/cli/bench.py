"""``ppcn bench``: how fast networks run here, and in how much memory."""

import json

import click

from ppcn.cli.options import as_json, model_help, quiet

TOLERANCE = 1e-3  # results that differ by more are not the same
COLUMNS = {
    "model": "{}",
    "runtime": "{}",
    "median_ms": "{:.1f}",
    "min_ms": "{:.1f}",
    "n": "{}",
    "peak_mb": "{:.0f}",
    "max_difference": "{:.0e}",
    "ratio": "{:.2f}",
    "speed": "{:.2f}",
}


class _Size(click.ParamType):
    """WIDTHxHEIGHT, such as 1280x720."""

    name = "WIDTHxHEIGHT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return width and height."""
        width, _, height = value.partition("x")
        if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
            self.fail(f"{value!r} is no size: give width and height, such as 1280x720.", param, ctx)
        return int(width), int(height)


class _Runtimes(click.ParamType):
    """Names of runtimes, parted by commas."""

    name = "RUNTIME,..."

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        """Return the names."""
        from ppcn.evaluation.timing.runtimes import RUNTIMES

        names = value.split(",") if value else []
        for name in names:
            if name not in RUNTIMES:
                self.fail(f"{name!r} is no runtime: choose from {', '.join(RUNTIMES)}.", param, ctx)
        return names


@click.command()
@click.option(
    "--model",
    "models",
    multiple=True,
    default=["student.open"],
    show_default=True,
    help=f"{model_help} Or a kind of network, untrained: srcnn, resnet-12-64, ... May be repeated.",
)
@click.option("--size", type=_Size(), default="1280x720", show_default=True, help="Of the result.")
@click.option("--against", type=_Runtimes(), default="", help="onnxruntime, openvino, litert, torch, torch-cuda.")
@quiet
@as_json
def bench(models: tuple[str, ...], size: tuple[int, int], against: list[str], quiet: bool, as_json: bool) -> None:
    """Time networks: all in turn, each in a process of its own, on all cores.

    ppcn is the runtime of all other commands; ratios are to its median. Where srcnn is one of the models, the others'
    speed is given as times SRCNN's, as the paper does. The peak of resident memory is of the whole process.
    """
    from rich.console import Console
    from rich.progress import Progress
    from rich.table import Table

    from ppcn import load_model
    from ppcn.evaluation.timing.bench import bench as time
    from ppcn.runtime.backends.description import describe

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("Timing", total=1)
        rows, failures = time(models, size, against, lambda share: bar.update(task, completed=share))
    for failure in failures:
        click.echo(f"ppcn: {failure}", err=True)
    for row in rows:
        if row.max_difference > TOLERANCE:
            click.echo(f"ppcn: {row.model} gives another result in {row.runtime}: do not compare the times.", err=True)
    if as_json:
        click.echo(json.dumps([row.as_dict() for row in rows], indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for name in COLUMNS:
        table.add_column(name, justify="left" if name in ("model", "runtime") else "right", no_wrap=True)
    for row in rows:
        facts = row.as_dict()
        table.add_row(*("" if facts[name] is None else digits.format(facts[name]) for name, digits in COLUMNS.items()))
    Console(width=200).print(table)
    click.echo(
        f"{rows[0].size}, {rows[0].threads} threads; ratio: to ppcn's median; speed: times SRCNN's. "
        f"ppcn ran by {describe(load_model(rows[0].model).runtimes)}."
    )
