"""Many files on a Ray cluster: the same workers as on one machine, driven by Ray Data's actors."""

import logging
import os
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from ppcn.errors import ClusterError, missing_extra
from ppcn.files import remove_leftovers
from ppcn.outputs import Output
from ppcn.runtime.batch.jobs import FileResult, Job, result_from, task_from, to_text
from ppcn.runtime.batch.memory_budget import MemoryBudget
from ppcn.runtime.batch.worker import Worker
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options

BLOCK = 16  # photos that are sent, and after the loss of a machine tried again, together


class Actor:
    """Ray's side of a worker. A photo that kills the worker has failed; one whose actor is lost is tried again."""

    def __init__(self, job: Job) -> None:
        self._worker, self._budget = Worker(job), MemoryBudget()

    def __call__(self, row: dict[str, str]) -> dict[str, str]:
        """Have a photo edited; photos and results travel as text, as to the worker's process."""
        return {"result": to_text(self._worker(task_from(row["task"]), self._budget))}


def edit_files(
    tasks: Sequence[Output],
    pipeline: Pipeline,
    options: Options,
    address: str,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Generator[FileResult]:
    """Edit files on the cluster at ``address``, and yield what became of each, in order.

    ``address`` is Ray's: "local" for one of this machine alone, "auto", "HOST:PORT" or "ray://HOST:PORT". Photos and
    results are on paths that all machines share, or at URLs. There are ``workers`` processes, by default one a core.
    The rest is as in ``pool.edit_files``. Raises ClusterError where there is no cluster, and MissingExtraError.
    """
    remove_leftovers(task.target for task in tasks)
    job = Job.of(pipeline, options)
    with _cluster(address) as ray:
        count = max(min(workers or int(ray.cluster_resources().get("CPU", 1)), len(tasks)), 1)
        rows = [{"task": to_text(_absolute(task))} for task in tasks]
        blocks = min(max(len(rows) // BLOCK, 4 * count), len(rows))
        results = ray.data.from_items(rows, override_num_blocks=blocks).map(
            Actor, fn_constructor_args=(job,), compute=ray.data.ActorPoolStrategy(size=count), num_cpus=1
        )
        for finished, row in enumerate(results.iter_rows(), 1):
            result = result_from(row["result"])
            if progress:
                progress(finished)
            yield result
            if result.hopeless:
                return


@contextmanager
def _cluster(address: str) -> Generator[Any]:
    """Connect to a cluster, quietly and in order, for as long as the context lasts."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    try:
        import ray
        import ray.data
    except ModuleNotFoundError as error:
        raise missing_extra("To use a cluster", error, "cluster", "here and on the cluster") from error
    own: dict[str, Any] = {"include_dashboard": False} if address == "local" else {}
    # Without a working folder of its own a job imports from ours, where strangers' code may lie among the photos.
    nothing = tempfile.TemporaryDirectory()
    quiet: dict[str, Any] = {"logging_level": logging.ERROR, "log_to_driver": False}
    try:
        ray.init(address=address, runtime_env={"working_dir": nothing.name}, **quiet, **own)
    except Exception as error:  # Ray has no one class for not getting there
        reason = (str(error).splitlines() or [""])[0].rstrip(".")
        if own:
            raise ClusterError(
                f"Ray does not start on this machine ({reason}): close other programs, and try again."
            ) from error
        raise ClusterError(
            f"There is no Ray cluster at {address} ({reason}): start one with `ray start`, or make one here with "
            "--cluster local."
        ) from error
    try:
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        context = ray.data.DataContext.get_current()
        context.enable_progress_bars = False
        context.execution_options.preserve_order = True
        yield ray
    finally:
        ray.shutdown()
        nothing.cleanup()


def _absolute(task: Output) -> Output:
    """Return the task with paths that mean the same in every folder; URLs do already."""
    source, target, other = (
        path.absolute() if isinstance(path, Path) else path for path in (task.source, task.target, task.alpha_target)
    )
    return replace(task, source=source, target=target, alpha_target=other)
