"""The paper's figures (``published.toml``, beside this file)."""

import tomllib
from importlib import resources
from typing import Any

_FILE = tomllib.loads((resources.files("ppcn.evaluation.reproduce") / "published.toml").read_text("utf-8"))
PAPER: str = _FILE["paper"]  # its authors, title and year


def published(table: str) -> dict[str, dict[str, Any]]:
    """Return the rows of one of the paper's tables or figures (``table1``), by name, in the paper's order.

    A row has its ``source``, and for each group of pictures, such as ``Set5``, a mapping from quantity to figure.
    """
    return _FILE[table]["rows"]
