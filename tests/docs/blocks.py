"""The fenced blocks of a Markdown page, with the mark that says why one is not run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_MARK = r"(?:<!-- not run: (?P<reason>[^\n]*) -->\n)?"
_FENCE = re.compile(rf'^{_MARK}```(?P<language>\S*)(?: title="(?P<title>[^"]+)")?\n(?P<text>.*?)^```$', re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block: where it begins, its language, its text, and the reason why it is not run, if there is one.

    ``title`` is the file of the repository that it shows or, in the language ``diff``, changes.
    """

    line: int
    language: str
    title: str | None
    text: str
    reason: str | None


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page in their order; raise ValueError where there is a fence that is not read."""
    content = page.read_text("utf-8")
    found_ones = list(_FENCE.finditer(content))
    if len(re.findall(r"^\s*(?:```|~~~)", content, re.M)) != 2 * len(found_ones):
        raise ValueError(f"{page} has a fence that is indented, not closed, or of another kind")
    for found in found_ones:
        line = content.count("\n", 0, found.start("text"))
        yield Block(line, found["language"], found["title"], found["text"], found["reason"])
