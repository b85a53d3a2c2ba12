"""``ppcn models``: what is installed, what is known of it, and adding a network."""

import json
from pathlib import Path
from typing import Any

import click

from ppcn.cli.options import as_json, folder
from ppcn.errors import PpcnError


class _Models(click.Group):
    """A group in which a word that is no command is a network's name."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Read ``NAME`` as ``show NAME``."""
        return super().resolve_command(ctx, args if args[0] in self.commands else ["show", *args])


@click.group(cls=_Models, invoke_without_command=True, subcommand_metavar="[NAME | add ...]")
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
        click.echo(f"{card.name}: {card.task}{default}; trained on {card.data}")
    runtimes: dict[str, list[str]] = {}
    for card in cards:
        runtimes.setdefault(_runtime(card.name), []).append(card.name)
    for runtime, names in runtimes.items():
        which = "they run" if len(runtimes) == 1 else f"{', '.join(names)} run{'s' if len(names) == 1 else ''}"
        click.echo(f"On the CPU {which} by {runtime}.")


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
@click.option("--command", required=True, help="What trained it, such as 'ppcn train student --set data=DPED -o RUN'.")
@click.option("--licence", default="Apache-2.0", show_default=True, help="Of the network.")
@click.option("--note", default="", help="What everybody should read who runs it.")
@click.option("--figures", multiple=True, metavar="SET=FILE", help="What `ppcn evaluate ... --json` printed for a set.")
@click.option("--into", required=True, type=folder, help="The folder of weights, such as src/ppcn/weights.")
def add(
    run: Path,
    name: str,
    recipe: str,
    command: str,
    data: str,
    licence: str,
    note: str,
    figures: tuple[str, ...],
    into: Path,
) -> None:
    """Make a network's files (weights, ONNX, card, list of training files) from a training run's folder."""
    from ppcn.exporting.model_files import add as add_files

    facts = {"name": name, "recipe": recipe, "command": command, "data": data, "licence": licence, "note": note}
    card = add_files(run, into, figures=figures, **facts)
    click.echo(f"{card}: {name} is ready.")


def _runtime(model: str) -> str:
    """Return in words what runs a network on the CPU, or why nothing does."""
    from ppcn import load_model
    from ppcn.runtime.backends.description import describe

    try:
        return describe(load_model(model).runtimes)
    except PpcnError as error:
        return f"nothing: {str(error).rstrip('.')}"


def _card(facts: dict[str, Any], indent: str = "") -> str:
    """Return a card as indented lines."""
    lines = []
    for key, value in facts.items():
        if isinstance(value, dict):
            lines += [f"{indent}{key}", _card(value, indent + "  ")]
        else:
            lines.append(f"{indent}{key}: {value}")
    return "\n".join(lines)
