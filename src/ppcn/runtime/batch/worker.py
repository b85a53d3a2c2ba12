"""A worker: a process of its own that edits one photo after the other, so that a photo which kills it stops no other.

The program and the process (``worker_process``) speak in lines of JSON through the process's standard input and output,
the first of which is the ``Job``. A process whose program has ended ends by itself.
"""

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

from ppcn.cores import environment_for
from ppcn.images.unreadable import NotEnoughMemory
from ppcn.outputs import Output
from ppcn.runtime.batch.jobs import FileResult, Job, result_from, to_text
from ppcn.runtime.batch.memory_budget import MemoryBudget
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations.process import finished_result

PATIENCE = 10  # seconds from asking a process to end to killing it
READING = 600  # seconds in which a photo has to be decoded: decoders have been seen to wait for ever on damaged files


class Worker:
    """A process that does a job, for one thread at a time; it starts when it is first needed, and again if it died."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._process: subprocess.Popen[str] | None = None
        self._ended = False
        self._lock = threading.Lock()

    def __call__(self, task: Output, budget: MemoryBudget, progress: Progress | None = None) -> FileResult:
        """Have a photo edited and return what became of it: one that kills the process has failed.

        A photo whose result exists is skipped: finished results are the journal of an interrupted run.
        """
        if not self._job.options.overwrite and (finished := finished_result(task)):
            return FileResult(task.source, finished, "skipped")
        try:
            process = self._running()
        except OSError as error:
            short = error.errno in (errno.EAGAIN, errno.ENOMEM)
            remedy = "close other programs" if short else "install ppcn where you may run it"
            sentence = f"No process can be started for {task.source} ({error.strerror}): {remedy}."
            return FileResult(task.source, task.target, "failed", sentence, hopeless=True)
        taken = 0
        try:
            send(process.stdin, to_text(task))
            for message, value in receive(process.stdout):
                if message == "result":
                    return result_from(value)
                if message == "progress" and progress:
                    progress(value)
                if message == "needs":
                    refusal = _refusal(budget, value)
                    taken = 0 if refusal else value
                    send(process.stdin, refusal)
        except BrokenPipeError:
            pass
        finally:
            budget.give_back(taken)
        return FileResult(task.source, task.target, "failed", f"{task.source}: {_obituary(process.wait())}")

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
            _close(self._process)

    def _running(self) -> subprocess.Popen[str]:
        with self._lock:
            if self._ended:
                raise RuntimeError("a worker that was ended does not go on")
            if self._process is None or self._process.poll() is not None:
                if self._process:
                    _close(self._process)
                self._process = self._started()
            return self._process

    def _started(self) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            # -P: modules that lie in the working folder, among a stranger's photos, are not imported
            [sys.executable, "-P", "-m", "ppcn.runtime.batch.worker_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=os.environ | environment_for(self._job.threads),
            process_group=0 if os.name == "posix" else None,  # Ctrl-C is for the program, which then ends its workers
        )
        with contextlib.suppress(BrokenPipeError):
            send(process.stdin, to_text(self._job))
        return process


def _close(process: subprocess.Popen[str]) -> None:
    """Close the pipes of a process that has ended."""
    for pipe in filter(None, (process.stdin, process.stdout)):
        with contextlib.suppress(OSError):  # what it did not read is still to be written
            pipe.close()


_REASONS = {
    getattr(signal, "SIGKILL", 0): "; memory may have run out, so try the photo alone",
    getattr(signal, "SIGABRT", 0): "; memory may have run out, or the photo is damaged",  # GLib ends so without memory
    getattr(signal, "SIGALRM", 0): f", since it was not decoded in {READING // 60} minutes",
}


def send(stream: Any, message: Any) -> None:
    """Write a message as a line of JSON."""
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def receive(stream: Any) -> Iterator[Any]:
    """Yield the messages that were sent."""
    return map(json.loads, stream)


def _refusal(budget: MemoryBudget, size: int) -> str | None:
    """Wait until a photo fits into memory; return why it never will."""
    try:
        budget.take(size)
    except NotEnoughMemory as error:
        return str(error)
    return None


def _obituary(status: int) -> str:
    """Return what to say of a process that ended while it had a photo."""
    how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
    why = _REASONS.get(-status, ", probably by this photo")
    return f"the process that worked on it {how}{why}."
