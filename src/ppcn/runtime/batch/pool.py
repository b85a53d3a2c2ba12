"""Many files at once, on one machine: a pool of workers; a photo that fails does not stop the others."""

import threading
from collections import deque
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue

from ppcn.cores import cores
from ppcn.files import remove_leftovers
from ppcn.outputs import Output
from ppcn.runtime.batch.jobs import FileResult, Job
from ppcn.runtime.batch.memory_budget import MemoryBudget
from ppcn.runtime.batch.worker import Worker
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options

AHEAD = 64  # photos that may be finished, for each worker, while an earlier one is still in hand: results keep order


def edit_files(
    tasks: Sequence[Output],
    pipeline: Pipeline,
    options: Options,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Generator[FileResult]:
    """Edit files in ``workers`` processes, by default one a core, and yield what became of each, in order.

    The cores are shared among the workers. ``progress`` is told how many photos are finished, with the shares of those
    in hand; from several threads. Photos whose results exist are skipped. After a failure that would befall every
    photo, such as a full disk, no more come. When the iterator is closed, photos in hand are dropped.
    """
    count = max(min(workers or cores(), len(tasks)), 1)
    job = Job.of(pipeline, options, threads=max(cores() // count, 1))
    remove_leftovers(task.target for task in tasks)
    with WorkerPool(job, count, progress) as pool:
        for result in pool.results(tasks):
            yield result
            if result.hopeless:
                return


class WorkerPool:
    """Workers that share a memory budget, each driven by a thread."""

    def __init__(self, job: Job, count: int, progress: Progress | None) -> None:
        self._workers = [Worker(job) for _ in range(count)]
        self._threads = ThreadPoolExecutor(count)
        self._budget = MemoryBudget()
        self._progress = progress or (lambda _: None)
        self._finished = 0
        self._shares = dict.fromkeys(self._workers, 0.0)  # of the photos in hand
        self._lock = threading.Lock()
        self._idle: SimpleQueue[Worker] = SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)

    def __enter__(self) -> "WorkerPool":
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.wait()

    def results(self, tasks: Sequence[Output]) -> Iterator[FileResult]:
        """Yield what becomes of the tasks, in their order."""
        pending: deque[Future[FileResult]] = deque()
        for task in tasks:
            pending.append(self._threads.submit(self._do, task))
            if len(pending) > AHEAD * len(self._workers):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()

    def _do(self, task: Output) -> FileResult:
        worker = self._idle.get()
        try:
            return worker(task, self._budget, lambda share: self._tell(worker, share))
        finally:
            self._tell(worker, 0.0, finished=1)
            self._idle.put(worker)

    def _tell(self, worker: Worker, share: float, finished: int = 0) -> None:
        with self._lock:
            self._finished += finished
            self._shares[worker] = share
            self._progress(self._finished + sum(self._shares.values()))
