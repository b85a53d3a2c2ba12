"""The process of a worker (``worker``): ``python -m ppcn.runtime.batch.worker_process``."""

import contextlib
import os
import signal
import sys

from ppcn.images.pixels.vips import quieten
from ppcn.images.unreadable import NotEnoughMemory
from ppcn.runtime.batch.jobs import edit_file, job_from, task_from, to_text
from ppcn.runtime.batch.worker import READING, receive, send
from ppcn.runtime.operations.pipeline import Pipeline


def main() -> None:
    """Do the job that standard input describes, photo by photo."""
    quieten()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what has been begun is cleaned up
    alarm = getattr(signal, "alarm", lambda _: None)  # it kills the process, wherever it hangs
    requests, answers = receive(sys.stdin), os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever else writes to standard output
    job = job_from(next(requests))
    pipeline = Pipeline.from_plain(job.pipeline)

    def progress(share: float) -> None:
        alarm(0)
        send(answers, ("progress", share))

    def admit(size: int) -> None:
        alarm(0)
        send(answers, ("needs", size))
        if refusal := next(requests):
            raise NotEnoughMemory(refusal)
        alarm(READING)

    for text in requests:
        alarm(READING)
        send(answers, ("result", to_text(edit_file(task_from(text), pipeline, job.options, progress, admit))))


def run() -> None:
    """Do the job, and end when asked to, even where an extension that was being imported makes an error of that."""
    try:
        with contextlib.suppress(BrokenPipeError, StopIteration):  # the program has ended
            main()
    except ImportError as error:
        if isinstance(error.__cause__, SystemExit):
            raise error.__cause__ from None
        raise


if __name__ == "__main__":
    run()
