"""The report: one HTML page that needs nothing else, the same as Markdown, and a JSON file for each part."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from ppcn.evaluation.machine import machine
from ppcn.evaluation.reproduce.published import PAPER
from ppcn.evaluation.reproduce.report.part import Part
from ppcn.files import atomic_write

TITLE = "PPCN: the paper's figures beside ours"


def write_report(parts: Sequence[Part], names: str, output: Path) -> None:
    """Write the report of parts, which the command makes for ``names``; raises OutputError."""
    origin = {
        "date": datetime.now(UTC).date().isoformat(),
        "command": f"ppcn reproduce {names} --data DATA --reference REFERENCE -o OUTPUT",
        "paper": PAPER,
    } | machine()
    files = {f"{part.name}.json": json.dumps(part.as_dict() | {"made": origin}, indent=2) + "\n" for part in parts}
    facts = [f"- {name}: {value}" for name, value in origin.items()]
    files["report.md"] = "\n".join([f"# {TITLE}", "", *facts, "", "\n".join(part.markdown() for part in parts)])
    pages = Environment(
        loader=PackageLoader("ppcn.evaluation.reproduce.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    files["report.html"] = pages.get_template("report.html").render(title=TITLE, parts=parts, origin=origin)
    for name, text in files.items():
        atomic_write(output / name, text.encode(), overwrite=True)
