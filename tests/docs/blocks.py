"""The fenced blocks of a Markdown page, with the mark that says why one is not run."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"

_MARK = r"(?:<!-- not run: (?P<reason>[^\n]*) -->\n)?"
_FENCE = re.compile(rf"^{_MARK}```(?P<language>\S*)\n(?P<text>.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """A fenced block: where it begins, its language, its text, and the reason why it is not run, if there is one."""

    line: int
    language: str
    text: str
    reason: str | None


def blocks(page: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a page in their order."""
    content = page.read_text("utf-8")
    for found in _FENCE.finditer(content):
        line = content.count("\n", 0, found.start("text"))
        yield Block(line, found["language"], found["text"], found["reason"])
