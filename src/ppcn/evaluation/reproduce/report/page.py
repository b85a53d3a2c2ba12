"""The report: one HTML page that needs nothing else, the same as Markdown, and a JSON file for each part."""

import json
import re
import textwrap
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from ppcn.evaluation.machine import machine
from ppcn.evaluation.reproduce.published import PAPER
from ppcn.evaluation.reproduce.report.part import Part
from ppcn.files import atomic_write

WIDTH = 100  # columns of Markdown, but for tables: signs such as arrows take three bytes, and some tools count these
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
    text = "\n".join([f"# {TITLE}", "", *facts, "", "\n".join(part.markdown() for part in parts)])
    files["report.md"] = wrapped(text)
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


def wrapped(markdown: str) -> str:
    """Return Markdown whose paragraphs and list items have lines of at most ``WIDTH`` columns; rows of tables stay."""
    return "".join(_wrapped(line) + "\n" for line in markdown.splitlines())


def _wrapped(line: str) -> str:
    if line.startswith(("|", "#")):
        return line
    marker = re.match(r"(?:[-*+]|\d+\.) ", line)
    start = marker.end() if marker else 0
    # No line may begin with what would begin a list.
    words = line[:start] + re.sub(r" (?=(?:[-*+]|\d+[.)]) )", "\0", line[start:])
    lines = textwrap.wrap(words, WIDTH, subsequent_indent=" " * start, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines).replace("\0", " ")
