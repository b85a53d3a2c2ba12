"""The cells of a table: the paper's figure beside ours, or a sentence that says why ours is missing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

from ppcn.errors import OutputError, PpcnError
from ppcn.metrics import METRICS

Value = TypeVar("Value")
Figures = Mapping[str, float | None]  # by quantity


class Quantity(NamedTuple):
    """What a column gives: its heading, and with how many decimals it is printed."""

    title: str
    decimals: int


QUANTITIES = {
    **{name.removesuffix("_y"): Quantity(metric.title, metric.decimals) for name, metric in METRICS.items()},
    "cpu_ms": Quantity("CPU, ms", 0),
    "gpu_ms": Quantity("GPU, ms", 0),
    "speed": Quantity("Speed", 2),
    "peak_mb": Quantity("Peak memory, MB", 0),
    "parameters": Quantity("Parameters", 0),
    "mos": Quantity("MOS", 4),
    "score_a": Quantity("Score A", 2),
    "score_b": Quantity("Score B", 2),
    "score_c": Quantity("Score C", 2),
}


class Missing(NamedTuple):
    """What stands where a result was to be: one sentence that says why there is none."""

    reason: str


@dataclass(frozen=True)
class Cell:
    """One figure, the paper's and ours, or why ours is missing; ``note`` says how ours came about."""

    quantity: Quantity
    published: float | None = None
    ours: float | None = None
    missing: str | None = None
    note: str | None = None

    def __post_init__(self) -> None:
        """Refuse a cell that says neither a figure nor why there is none."""
        if (self.ours is None) == (self.missing is None):
            raise ValueError("a cell holds either our figure or the reason why it is missing")

    @property
    def difference(self) -> float | None:
        """Ours, as printed, less the paper's; None where one of them is missing."""
        if self.ours is None or self.published is None:
            return None
        return (
            round(round(self.ours, self.quantity.decimals) - self.published, self.quantity.decimals) + 0.0
        )  # never -0.0

    @property
    def says_something(self) -> bool:
        """Whether there is a figure, ours or the paper's."""
        return self.ours is not None or self.published is not None

    def __str__(self) -> str:
        """Return "ours (the paper's, difference)", as printed; a dash stands for what is missing."""
        decimals = self.quantity.decimals
        ours = "–" if self.ours is None else f"{self.ours:.{decimals}f}"
        difference = "" if self.difference is None else f", {self.difference:+.{decimals}f}"
        return ours + ("" if self.published is None else f" ({self.published:.{decimals}f}{difference})")

    def as_dict(self) -> dict[str, Any]:
        """Return what the JSON file holds; notes only where there are any."""
        figures = {"published": self.published, "ours": self.ours, "difference": self.difference}
        remarks = {"missing": self.missing, "note": self.note}
        return figures | {name: sentence for name, sentence in remarks.items() if sentence}


def make_cells(
    names: Sequence[str], published: Figures, ours: Figures | Missing, note: str | None = None
) -> list[Cell]:
    """Return a cell for each of the named quantities; ``note`` goes to those that hold a figure of ours."""
    cells = []
    for name in names:
        value = None if isinstance(ours, Missing) else ours.get(name)
        reason = ours.reason if isinstance(ours, Missing) else "There are no pictures to take this figure from."
        cells.append(
            Cell(QUANTITIES[name], published.get(name), value, None, note)
            if value is not None
            else Cell(QUANTITIES[name], published.get(name), missing=reason)
        )
    return cells


def or_missing(function: Callable[..., Value], *arguments: Any) -> Value | Missing:
    """Call a function, and return what a user got wrong as Missing; an argument that is Missing is handed on instead.

    So a checkpoint or folder that is not there costs the cells that need it, and no others. Raises OutputError: what
    cannot be written would be missing everywhere.
    """
    for argument in arguments:
        if isinstance(argument, Missing):
            return argument
    try:
        return function(*arguments)
    except OutputError:
        raise
    except PpcnError as error:
        return Missing(str(error))
