"""The report: one HTML page that needs nothing else, the same as Markdown, and a JSON file for each table."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

from ppcn.evaluation.machine import machine
from ppcn.evaluation.reproduce.published import paper
from ppcn.files import atomic_write

TITLE = "PPCN: the paper's figures beside ours"


class Part(Protocol):
    """What the report takes: a table or a figure. ``template`` renders it, as ``part``, into the page."""

    @property
    def name(self) -> str:
        """Its name on the command line, and that of its JSON file."""
        ...

    @property
    def title(self) -> str:
        """Its heading: "Table 1: ..."."""
        ...

    @property
    def template(self) -> str:
        """The file among ``templates`` that renders it."""
        ...

    @property
    def computed(self) -> int:
        """How many of its figures could be computed."""
        ...

    @property
    def size(self) -> int:
        """How many figures it has."""
        ...

    def as_dict(self) -> dict[str, Any]:
        """Return what its JSON file holds."""
        ...

    def markdown(self) -> str:
        """Return it as Markdown, headed by a line of level two."""
        ...


def write_report(parts: Sequence[Part], names: str, output: Path) -> Path:
    """Write ``report.html``, ``report.md`` and ``NAME.json`` of each part into a folder; return the page's path.

    ``names`` is what the command asks for to get these parts. Files that are there are replaced. Raises OutputError.
    """
    origin = {
        "date": datetime.now(UTC).date().isoformat(),
        "command": f"ppcn reproduce {names} --data DATA --reference REFERENCE -o OUTPUT",
        "paper": paper(),
    } | machine()
    for part in parts:
        _write(output / f"{part.name}.json", json.dumps(part.as_dict() | {"made": origin}, indent=2) + "\n")
    _write(output / "report.md", _markdown(parts, origin))
    _write(output / "report.html", _html(parts, origin))
    return output / "report.html"


def _markdown(parts: Sequence[Part], origin: Mapping[str, str]) -> str:
    facts = [f"- {name}: {value}" for name, value in origin.items()]
    return "\n".join([f"# {TITLE}", "", *facts, "", "\n".join(part.markdown() for part in parts)])


def _html(parts: Sequence[Part], origin: Mapping[str, str]) -> str:
    pages = Environment(
        loader=PackageLoader("ppcn.evaluation.reproduce"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template("report.html").render(title=TITLE, parts=parts, origin=origin)


def _write(path: Path, text: str) -> None:
    atomic_write(path, text.encode(), overwrite=True)
