"""Where the paper and its released code differ, a loss has both forms, and says which is its default."""

from typing import Literal

Variant = Literal["paper", "released"]
