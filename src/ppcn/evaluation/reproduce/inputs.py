"""The inputs of every table and figure: the user's folders, our own networks, and results that are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppcn.errors import CheckpointError, DataError
from ppcn.evaluation.reproduce.cache import Cache
from ppcn.evaluation.reproduce.report.cells import Missing, Value, or_missing
from ppcn.registry import Card


@dataclass(frozen=True)
class Inputs:
    """The user's folders, absolute (None where none was given), our own networks, and where results are kept."""

    cache: Cache
    data: Path | None = None
    reference: Path | None = None
    cards: Sequence[Card] = ()
    progress: Callable[[str, float], None] = lambda _work, _share: None  # told the work, and the share done

    def pictures(self) -> Path:
        """Return the folder of test pictures; raises DataError where none was given."""
        if self.data is None:
            raise DataError("No folder of test pictures was given: give it with --data.")
        return self.data

    def checkpoint(self, name: str) -> Path:
        """Return the path of a released checkpoint; raises CheckpointError where no folder of them was given."""
        if self.reference is None:
            raise CheckpointError("No folder of released checkpoints was given: give it with --reference.")
        return self.reference / name

    def find_folder(self, *names: str) -> Path:
        """Return the first of the named folders among the test pictures, at most one deep; raises DataError."""
        top = self.pictures()
        for parent in (top, *sorted(path for path in top.glob("*") if path.is_dir())):
            for name in names:
                if (parent / name).is_dir():
                    return parent / name
        raise DataError(f"{top} has no folder {' or '.join(names)}.")

    def or_missing(self, function: Callable[..., Value], *arguments: Any) -> Value | Missing:
        """Call a function of these inputs as ``cells.or_missing`` does; the reason names no path of this machine.

        The report may be published: it calls the folders DATA and REFERENCE, as in the command that it prints.
        """
        outcome = or_missing(function, self, *arguments)
        if not isinstance(outcome, Missing):
            return outcome
        names = {str(path): name for path, name in ((self.data, "DATA"), (self.reference, "REFERENCE")) if path}
        for folder in sorted(names, key=len, reverse=True):  # one may lie inside the other
            outcome = Missing(outcome.reason.replace(folder, names[folder]))
        return outcome
