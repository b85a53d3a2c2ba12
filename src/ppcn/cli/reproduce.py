"""``ppcn reproduce``: the paper's tables and figures beside ours."""

from pathlib import Path

import click

from ppcn.cli.bar import progress_bar
from ppcn.cli.options import folder, quiet
from ppcn.evaluation.reproduce import NAMES

existing = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command()
@click.argument("names", nargs=-1, required=True, type=click.Choice([*NAMES, "all"]))
@click.option("--data", type=existing, help="The folder of test pictures: Set5, ..., dped400 or DPED, dped_photos.")
@click.option("--reference", type=existing, help="The folder of released checkpoints.")
@click.option("-o", "--output", required=True, type=folder, help="The report's folder; results are kept in its cache/.")
@quiet
def reproduce(names: tuple[str, ...], data: Path | None, reference: Path | None, output: Path, quiet: bool) -> None:
    """The paper's tables and figures beside ours, as report.html, report.md and JSON.

    What cannot be computed says why, and the same command goes on where an interrupted one stopped.
    """
    from ppcn.evaluation.reproduce import reproduce as make

    wanted = NAMES if "all" in names else names
    with progress_bar("Reading pictures", quiet=quiet) as show:
        parts = make(wanted, output, data=data, reference=reference, progress=lambda what, share: show(share, what))
    if not quiet:
        for part in parts:
            missing = part.size - part.computed
            click.echo(
                f"{part.name}: {part.computed} figures" + (f"; {missing} missing, which say why" if missing else "")
            )
        click.echo(f"The report is {output / 'report.html'}.")
