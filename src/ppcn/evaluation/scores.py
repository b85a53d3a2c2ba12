"""What is scored, and the scores of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ppcn.arrays import Pixels

Run = Callable[[Pixels], Pixels]  # a network or another function: float32 HxWx3 in [0, 1] to the same, or larger


@dataclass(frozen=True)
class Scores:
    """The mean of each metric over ``n`` pictures or pairs, and ``more`` facts about them."""

    model: str
    n: int
    means: Mapping[str, float]
    more: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {"model": self.model, "n": self.n, **self.means, **self.more}
