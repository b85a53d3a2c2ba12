"""A progress bar on a terminal's standard error, gone when its work is done; in a pipe there is none."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Show(Protocol):
    """What a bar is told: the share that is done, 0 to 1, and, where that changes, the work."""

    def __call__(self, share: float, work: str | None = None) -> None:
        """Redraw the bar."""
        ...


@contextmanager
def progress_bar(work: str, *, quiet: bool = False) -> Iterator[Show]:
    """Show a bar headed by ``work``; yield the function that moves it."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task(work, total=1)
        yield lambda share, work=None: bar.update(task, completed=share, description=work)
