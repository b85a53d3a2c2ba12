"""``ppcn bench``: how fast networks run here, and in how much memory."""

import json

import click

from ppcn.cli.bar import progress_bar
from ppcn.cli.options import Size, as_json, model_help, quiet

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
@click.option("--size", type=Size(), default="1280x720", show_default=True, help="Of the result.")
@click.option("--against", type=_Runtimes(), default="", help="onnxruntime, openvino, litert, torch, torch-cuda.")
@quiet
@as_json
def bench(models: tuple[str, ...], size: tuple[int, int], against: list[str], quiet: bool, as_json: bool) -> None:
    """Time networks: all in turn, each in a process of its own, on all cores.

    ppcn is the runtime of all other commands; ratios are to its median. Where srcnn is one of the models, the others'
    speed is given as times SRCNN's, as the paper does. The peak of resident memory is of the whole process.
    """
    from rich.console import Console
    from rich.table import Table

    from ppcn.evaluation.timing.bench import bench as time

    with progress_bar("Timing", quiet=quiet) as show:
        rows, failures = time(models, size, against, show)
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
    ours = {row.model: row.computed_by for row in rows if row.runtime == "ppcn"}
    same = len(set(ours.values())) == 1
    ran = [f"by {rows[0].computed_by}"] if same else [f"{model} by {runtime}" for model, runtime in ours.items()]
    click.echo(
        f"{rows[0].size}, {rows[0].threads} threads; ratio: to ppcn's median; speed: times SRCNN's. "
        f"ppcn ran {', '.join(ran)}."
    )
