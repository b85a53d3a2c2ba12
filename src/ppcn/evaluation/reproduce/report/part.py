"""What a table and a figure of the report have in common."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Part(ABC):
    """A table or figure: its name on the command line, its heading ("Table 1: ..."), and the paper that it is of.

    ``template`` is the file among ``templates`` that renders it, as ``part``, into the page.
    """

    name: str
    title: str
    source: str

    template: ClassVar[str]

    @property
    @abstractmethod
    def computed(self) -> int:
        """How many of its figures could be computed."""

    @property
    @abstractmethod
    def size(self) -> int:
        """How many figures it has."""

    @abstractmethod
    def as_dict(self) -> dict[str, Any]:
        """Return what its JSON file holds."""
        return {"name": self.name, "title": self.title, "source": self.source}

    @abstractmethod
    def markdown(self) -> str:
        """Return it as Markdown, headed by a line of level two."""
