"""What every table and figure is made from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ppcn.errors import CheckpointError, DataError
from ppcn.evaluation.reproduce.cache import Cache
from ppcn.registry import Card

Progress = Callable[[str, float], None]  # what is being done, and the share of it that is


@dataclass(frozen=True)
class Inputs:
    """The user's folders (None where none was given), our own networks, and where results are kept."""

    cache: Cache
    data: Path | None = None
    reference: Path | None = None
    cards: Sequence[Card] = ()
    progress: Progress = field(default=lambda _what, _share: None)

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
        """Return the first of the named folders that lies among the test pictures, at the top or one folder deeper.

        Raises DataError.
        """
        top = self.pictures()
        for parent in (top, *sorted(path for path in top.glob("*") if path.is_dir())):
            for name in names:
                if (parent / name).is_dir():
                    return parent / name
        raise DataError(f"{top} has no folder {' or '.join(names)}.")
