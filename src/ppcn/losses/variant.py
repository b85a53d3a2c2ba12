"""Variants of losses: the paper's and its released code's, where they differ; each loss states its default."""

from typing import Literal

Variant = Literal["paper", "released"]
