"""The log of a training run: ``log.jsonl``, TensorBoard's events, and a progress bar or plain lines."""

import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn
from rich.table import Column
from rich.text import Text

from ppcn.errors import OutputError
from ppcn.files import atomic_write

LOG, EVENTS = "log.jsonl", "tensorboard"
SMOOTHED = 300  # seconds: the speed over less would jump at every validation


class RunLog:
    """The log, the events and the progress of one run, as a context manager.

    A run resumed from step ``done`` (after ``seconds``) appends to the files, less what was written after its
    checkpoint; from step 0 it starts them anew. A terminal on standard error shows a bar with the reports above it;
    else each report is one line on standard output; ``quiet`` shows neither. Of several processes only the first is
    ``active``.
    """

    def __init__(
        self, folder: Path, steps: int, *, done: int = 0, seconds: float = 0.0, quiet: bool = False, active: bool = True
    ) -> None:
        self._folder, self._steps, self._done, self._active, self._quiet = folder, steps, done, active, quiet
        self._console = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)
        # Not console.is_terminal, which is true in a pipe too where FORCE_COLOR is set.
        shows_bar = active and not quiet and sys.stderr.isatty() and not self._console.is_dumb_terminal
        self._bar = Progress(
            *(TextColumn("Training"), BarColumn(bar_width=None), MofNCompleteColumn(), _Speed(seconds)),
            console=self._console,
            expand=True,
            refresh_per_second=2,  # the processor is for training
            speed_estimate_period=SMOOTHED,
            disable=not shows_bar,
        )
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        if not self._active:
            return self
        from torch.utils.tensorboard.writer import SummaryWriter  # slow to import

        log, events = self._folder / LOG, self._folder / EVENTS
        with ExitStack() as stack, _writing(self._folder):
            if self._done:
                kept = [line for line in read_log(log) if line["step"] <= self._done]
                atomic_write(log, "".join(json.dumps(line) + "\n" for line in kept).encode(), overwrite=True)
            else:
                for old in [log, *events.glob("events.out.tfevents.*")]:
                    old.unlink(missing_ok=True)
            events.mkdir(parents=True, exist_ok=True)
            self._log = stack.enter_context(log.open("a", encoding="utf-8"))
            self._events = SummaryWriter(str(events), purge_step=self._done + 1 if self._done else None)
            stack.callback(self._events.close)
            self._task = self._bar.add_task("", total=self._steps, completed=self._done)
            stack.enter_context(self._bar)
            self._closing = stack.pop_all()
        return self

    def __exit__(self, *raised: object) -> None:
        with _writing(self._folder):
            self._closing.close()

    def advance(self, step: int) -> None:
        """Say that so many steps are done."""
        if self._active:
            self._bar.update(self._task, completed=step)

    def report(self, step: int, seconds: float, figures: Mapping[str, float], group: str = "") -> None:
        """Log figures: under their names, in TensorBoard as group/name."""
        if not self._active:
            return
        with _writing(self._folder):
            # 5 significant digits; null for what JSON has no number for
            rounded = {name: float(f"{x:.5g}") if math.isfinite(x) else None for name, x in figures.items()}
            self._log.write(json.dumps({"step": step, "seconds": round(seconds, 1), **rounded}) + "\n")
            self._log.flush()
            for name, figure in figures.items():
                self._events.add_scalar(f"{group}/{name}" if group else name, figure, step)
            self._events.flush()  # a killed run goes on from its checkpoint: what came before must be on the disk
        line = f"step {step}/{self._steps}  {seconds:.0f} s"
        line += "".join(f"  {name} {figure:.4g}" for name, figure in figures.items())
        if not self._bar.disable:
            self._console.print(line)
        elif not self._quiet:
            print(line, flush=True)

    def pictures(self, step: int, name: str, pictures: Sequence[NDArray]) -> None:
        """Show pictures, HxWx3 in [0, 1], side by side in TensorBoard; smaller ones on white."""
        if not self._active:
            return
        height = max(len(picture) for picture in pictures)
        sheet = np.hstack([np.pad(p, ((0, height - len(p)), (0, 0), (0, 0)), constant_values=1) for p in pictures])
        with _writing(self._folder):
            self._events.add_image(name, (sheet.clip(0, 1) * 255).round().astype(np.uint8), step, dataformats="HWC")
            self._events.flush()


def read_log(log: Path) -> list[dict[str, Any]]:
    """Return the lines of a ``log.jsonl``; none of a missing one, and damaged ones (a killed run's last) left out."""
    lines = []
    for text in log.read_bytes().splitlines() if log.exists() else ():
        with suppress(ValueError):
            line = json.loads(text)
            if isinstance(line, dict) and isinstance(line.get("step"), int):
                lines.append(line)
    return lines


@contextmanager
def _writing(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"Cannot write to {folder}: {(error.strerror or str(error)).lower()}.") from error


class _Speed(ProgressColumn):
    """Speed, time so far and time left; the speed is of this start alone, the time so far of all."""

    def __init__(self, seconds: float) -> None:
        super().__init__(Column(no_wrap=True))
        self._seconds = seconds

    def render(self, task: Task) -> Text:
        parts = [f"{task.speed:.3g} steps/s"] if task.speed else []
        parts.append(f"{timedelta(seconds=int(self._seconds + (task.elapsed or 0)))} so far")
        if task.time_remaining:
            parts.append(f"{timedelta(seconds=int(task.time_remaining))} left")
        return Text("  ".join(parts))
