"""Editing many files at once, each in a process of its own; one that fails does not stop the others."""

import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from ppcn.cores import cores
from ppcn.files import remove_leftovers
from ppcn.outputs import Output
from ppcn.runtime.batch.job import Result, Settings
from ppcn.runtime.batch.worker import Job, Worker
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations.memory import Room
from ppcn.runtime.operations.operation import Edit

AHEAD = 64  # photos that may be finished, for each worker, while an earlier one is still in hand: results keep order


def edit_files(
    tasks: Sequence[Output],
    edits: Sequence[Edit],
    settings: Settings,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Generator[Result]:
    """Edit files in ``workers`` processes, by default one a core, and yield what became of each, in order.

    ``progress`` is told how many photos are finished, with the shares of those in hand; from several threads. Photos
    whose results exist are skipped. After a failure that would befall every photo, such as a full disk, no more come.
    When the iterator is closed, photos in hand are dropped.
    """
    count = min(workers or cores(), len(tasks))
    job = Job.of(edits, settings, threads=max(cores() // count, 1))
    remove_leftovers(task.target for task in tasks)
    with Crew(job, count, progress) as crew:
        for result in crew.results(tasks):
            yield result
            if result.hopeless:
                return


class Crew:
    """Workers that share the memory, each driven by a thread."""

    def __init__(self, job: Job, count: int, progress: Progress | None) -> None:
        self._workers = [Worker(job) for _ in range(count)]
        self._threads = ThreadPoolExecutor(count)
        self._room = Room()
        self._progress = progress or (lambda _: None)
        self._finished = 0
        self._shares = dict.fromkeys(self._workers, 0.0)  # of the photos in hand
        self._lock = threading.Lock()
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.wait()

    def results(self, tasks: Sequence[Output]) -> Iterator[Result]:
        """Yield what becomes of the tasks, in their order."""
        pending: deque[Future[Result]] = deque()
        for task in tasks:
            pending.append(self._threads.submit(self._do, task))
            if len(pending) > AHEAD * len(self._workers):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()

    def _do(self, task: Output) -> Result:
        worker = self._idle.get()
        try:
            return worker(task, self._room, lambda share: self._tell(worker, share))
        finally:
            self._tell(worker, 0.0, finished=1)
            self._idle.put(worker)

    def _tell(self, worker: Worker, share: float, finished: int = 0) -> None:
        with self._lock:
            self._finished += finished
            self._shares[worker] = share
            self._progress(self._finished + sum(self._shares.values()))
