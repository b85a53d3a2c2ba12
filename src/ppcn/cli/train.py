"""``ppcn train``: one experiment."""

import logging
from pathlib import Path

import click

from ppcn.cli.options import folder, quiet


@click.command()
@click.argument("recipe")
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Override a value of the recipe.")
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint in the output folder.")
@click.option("--folds", is_flag=True, help="Train once for each fold of the pairs, into RUN/fold-0, RUN/fold-1, ...")
@click.option("-o", "--output", required=True, type=folder, help="The run's folder.")
@quiet
def train(recipe: str, overrides: tuple[str, ...], resume: bool, folds: bool, output: Path, quiet: bool) -> None:
    """Train a network from a recipe: the name of one that comes with ppcn, or a TOML file."""
    from torch import distributed

    from ppcn import training

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # it announces the precision at every start
    if folds:
        training.run_folds(recipe, overrides, output, resume=resume, quiet=quiet)
    else:
        training.run(training.load(recipe, overrides), output, resume=resume, quiet=quiet)
    if distributed.is_initialized():  # gloo may abort where this is left to the end of Python
        distributed.destroy_process_group()
