"""The base of the report's tables and figures."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from ppcn.evaluation.reproduce.published import PAPER


@dataclass(frozen=True)
class Part(ABC):
    """A table or figure: name on the command line, heading ("Table 1: ..."), template of the page."""

    name: str
    title: str

    template: ClassVar[str]

    @property
    @abstractmethod
    def made(self) -> Sequence[bool]:
        """Whether each of its figures, pictures or drawings could be made."""

    @property
    def computed(self) -> int:
        """How many could be made."""
        return sum(self.made)

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.made)

    @abstractmethod
    def as_dict(self) -> dict[str, Any]:
        """Return what its JSON file holds."""
        return {"name": self.name, "title": self.title, "source": PAPER}

    @abstractmethod
    def markdown(self) -> str:
        """Return it as Markdown, headed by a line of level two."""
