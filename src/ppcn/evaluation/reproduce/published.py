"""The paper's figures (``published.toml``, beside this file)."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((resources.files("ppcn.evaluation.reproduce") / "published.toml").read_text("utf-8"))


def paper() -> str:
    """Return the paper's authors, title and year."""
    return _file()["paper"]


def published(table: str) -> dict[str, dict[str, Any]]:
    """Return the rows of one of the paper's tables or figures (``table1``), by name, in the paper's order.

    A row has its ``source``, and for each group of pictures, such as ``Set5``, a mapping from quantity to figure.
    """
    return _file()[table]["rows"]


def published_row(table: str, name: str) -> dict[str, Any]:
    """Return a row of ``published``; an empty one where the paper has none of that name."""
    return published(table).get(name, {})
