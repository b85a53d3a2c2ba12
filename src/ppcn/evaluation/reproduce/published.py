"""The paper's figures (``published.toml``, beside this file)."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True)
class PublishedRow:
    """A row of one of the paper's tables: which it is, and its figures by group, such as ``Set5``, and by metric."""

    source: str = ""
    groups: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def group(self, name: str) -> Mapping[str, float]:
        """Return the figures of a group; none where the paper gives none."""
        return self.groups.get(name, {})


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((resources.files("ppcn.evaluation.reproduce") / "published.toml").read_text("utf-8"))


def paper() -> str:
    """Return the paper's authors, title and year."""
    return _file()["paper"]


def published(table: str) -> dict[str, PublishedRow]:
    """Return the rows of one of the paper's tables, ``table1`` to ``table4``, by name, in the paper's order."""
    return {
        name: PublishedRow(row["source"], {key: figures for key, figures in row.items() if key != "source"})
        for name, row in _file()[table]["rows"].items()
    }
