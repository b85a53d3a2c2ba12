"""A process of its own that edits one photo after the other, so that a photo which kills it stops no other.

``Worker`` is the side of the program, ``main`` that of the process. They speak in lines of JSON through the process's
standard input and output, the first of them being the ``Job``. A process whose program is gone ends by itself.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ppcn.files import place
from ppcn.images.unreadable import Unreadable
from ppcn.outputs import Output
from ppcn.runtime.batch.job import Result, Settings, attempt, finished_result
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations import memory
from ppcn.runtime.operations.operation import Edit, as_plain, from_plain, halo_of, largest_of

PATIENCE = 10  # seconds from asking a process to end to killing it
READING = 600  # seconds in which a photo has to be decoded: decoders have been seen to wait for ever on damaged files


@dataclass(frozen=True)
class Job:
    """What is to be done with every photo, as plain values; ``threads`` is how many a worker may use."""

    edits: list[dict[str, Any]]
    settings: Settings
    threads: int = 1

    @classmethod
    def of(cls, edits: Sequence[Edit], settings: Settings, threads: int = 1) -> "Job":
        """Return the job of doing some edits."""
        return cls([as_plain(edit) for edit in edits], settings, threads)


class Worker:
    """A process that does a job, for one thread at a time; it starts when it is first needed, and again if it died."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._process: subprocess.Popen[str] | None = None
        self._ended = False
        self._lock = threading.Lock()

    def __call__(self, task: Output, room: memory.Room, progress: Progress | None = None) -> Result:
        """Have a photo edited and return what became of it: one that kills the process has failed.

        A photo whose result exists is skipped: finished results are the journal of an interrupted run.
        """
        if not self._job.settings.overwrite and (finished := finished_result(task)):
            return Result(task.source, finished, "skipped")
        process = self._running()
        taken = 0
        try:
            _say(process.stdin, as_text(task))
            for message, value in _heard(process.stdout):
                if message == "result":
                    return result_of(value)
                if message == "progress" and progress:
                    progress(value)
                if message == "needs":
                    refusal = _refusal(room, value)
                    taken = 0 if refusal else value
                    _say(process.stdin, refusal)
        except BrokenPipeError:
            pass
        finally:
            room.leave(taken)
        return Result(task.source, task.target, "failed", f"{task.source}: {_obituary(process.wait())}")

    def end(self) -> None:
        """Have the process drop the photo in hand, with nothing half-written, and end."""
        with self._lock:
            self._ended = True
        if self._process:
            self._process.terminate()

    def wait(self) -> None:
        """Wait for the process to end, and kill it if that takes too long."""
        if self._process:
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _running(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._ended:
                raise RuntimeError("a worker that was ended does not go on")
            if self._process is None or self._process.poll() is not None:
                self._process = self._started()
            return self._process

    def _started(self) -> subprocess.Popen[str]:
        threads = str(self._job.threads)
        process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env={"OMP_NUM_THREADS": threads, "VIPS_CONCURRENCY": threads} | os.environ,
            process_group=0 if os.name == "posix" else None,  # Ctrl-C is for the program, which then ends its workers
        )
        with contextlib.suppress(BrokenPipeError):
            _say(process.stdin, asdict(self._job))
        return process


_REASONS = {
    getattr(signal, "SIGKILL", 0): "; memory may have run out, so try the photo alone",
    getattr(signal, "SIGABRT", 0): "; memory may have run out, or the photo is damaged",  # GLib ends so without memory
    getattr(signal, "SIGALRM", 0): f", since it was not decoded in {READING // 60} minutes",
}


def _refusal(room: memory.Room, size: int) -> str | None:
    """Wait until a photo fits; return why it never will."""
    try:
        room.enter(size)
    except Unreadable as error:
        return str(error)
    return None


def _obituary(status: int) -> str:
    """Return what to say of a process that ended while it had a photo."""
    how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
    why = _REASONS.get(-status, ", probably by this photo")
    return f"the process that worked on it {how}{why}."


def _say(stream: Any, message: Any) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def _heard(stream: Any) -> Iterator[Any]:
    return map(json.loads, stream)


def as_text(value: Output | Result) -> str:
    """Return a task or a result as text, to be sent elsewhere."""
    return json.dumps(asdict(value), default=str)


def task_of(text: str) -> Output:
    """Return the task that was made into text."""
    return Output(**{key: name and place(name) for key, name in json.loads(text).items()})


def result_of(text: str) -> Result:
    """Return the result that was made into text."""
    values = json.loads(text)
    values |= {"source": place(values["source"]), "target": place(values["target"]), "lost": tuple(values["lost"])}
    return Result(**values)


def main() -> None:
    """Do the job that standard input describes, photo by photo."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what has been begun is cleaned up
    alarm = getattr(signal, "alarm", lambda _: None)  # it kills the process, wherever it hangs
    requests, answers = _heard(sys.stdin), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else writes to standard output
    job = next(requests)
    edits = [from_plain(edit) for edit in job["edits"]]
    settings = Settings(**job["settings"])

    def progress(share: float) -> None:
        alarm(0)
        _say(answers, ("progress", share))

    def admit(width: int, height: int, depth: int) -> None:
        alarm(0)
        _say(answers, ("needs", memory.needed(width, height, depth, largest_of(edits), halo_of(edits))))
        if refusal := next(requests):
            raise Unreadable(refusal)
        alarm(READING)

    for text in requests:
        alarm(READING)
        _say(answers, ("result", as_text(attempt(task_of(text), edits, settings, progress, admit))))


def run() -> None:
    """Do the job, and end when asked to, even where an extension that was being imported makes an error of that."""
    try:
        with contextlib.suppress(BrokenPipeError, StopIteration):  # the program is gone
            main()
    except ImportError as error:
        if isinstance(error.__cause__, SystemExit):
            raise error.__cause__ from None
        raise


if __name__ == "__main__":
    run()
