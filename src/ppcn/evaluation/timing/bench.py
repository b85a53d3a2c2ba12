"""``ppcn bench``: networks in several runtimes, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ppcn.cores import cores
from ppcn.errors import InputError, PpcnError
from ppcn.evaluation.timing.child import Job
from ppcn.evaluation.timing.rounds import Timing, measure
from ppcn.evaluation.timing.runtimes import OURS, Picture
from ppcn.evaluation.timing.subjects import Subject, find_subject
from ppcn.images.pixels.resize import resize

BASELINE = "srcnn"  # what the challenge relates times to


@dataclass(frozen=True)
class BenchRow:
    """A network in a runtime: its times, and ``peak_mb``, the most memory that its process had resident, in MB.

    ``ratio`` is its median over that of our default path, and ``max_difference`` the largest from that one's result.
    ``speed`` is how many times as fast it is as the challenge's baseline, SRCNN, in the same runtime, where that was
    timed as well; ``n`` is the number of runs.
    """

    runtime: str
    model: str
    size: str
    median_ms: float
    min_ms: float
    peak_mb: float | None
    max_difference: float
    ratio: float
    speed: float | None
    n: int
    threads: int

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return asdict(self)


def bench(
    models: Sequence[str],
    size: tuple[int, int],
    against: Sequence[str] = (),
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[list[BenchRow], list[PpcnError]]:
    """Time networks in our default path and in others, on a made-up picture whose result has ``size`` (width, height).

    Returns the rows, and what kept others from being timed, such as a runtime that is not installed. Raises what
    ``find_subject`` does, the error of our own path where that fails, and InputError for a size that is no multiple of
    a network's scale.
    """
    subjects = [find_subject(model) for model in dict.fromkeys(models)]
    jobs = [
        Job(runtime, subject, [_picture(subject, size)])
        for subject in subjects
        for runtime in dict.fromkeys((OURS, *against))
    ]
    threads = cores()
    results = measure(jobs, threads, progress)
    failures = [(job, result) for job, result in zip(jobs, results, strict=True) if isinstance(result, PpcnError)]
    for job, failure in failures:
        if job.runtime == OURS:
            raise failure
    timed = [(job, result) for job, result in zip(jobs, results, strict=True) if isinstance(result, Timing)]
    ours = {job.subject.name: timing for job, timing in timed if job.runtime == OURS}
    baseline = {job.runtime: timing.median_ms for job, timing in timed if job.subject.kind == BASELINE}
    rows = [
        BenchRow(
            runtime=job.runtime,
            model=job.subject.name,
            size="x".join(map(str, size)),
            median_ms=timing.median_ms,
            min_ms=min(timing.times),
            peak_mb=timing.peak_mb,
            max_difference=float(np.abs(timing.output.clip(0, 1) - ours[job.subject.name].output).max()),
            ratio=timing.median_ms / ours[job.subject.name].median_ms,
            speed=baseline[job.runtime] / timing.median_ms if job.runtime in baseline else None,
            n=len(timing.times),
            threads=threads,
        )
        for job, timing in timed
    ]
    return rows, [failure for _, failure in failures]


def _picture(subject: Subject, size: tuple[int, int]) -> Picture:
    """Return a made-up picture, large shapes and fine grain, that the network makes one of ``size`` of."""
    width, height = size
    if width % subject.scale or height % subject.scale:
        raise InputError(
            f"{subject.name} enlarges {subject.scale} times, and {width}x{height} is no multiple of that: "
            "give another --size."
        )
    height, width = height // subject.scale, width // subject.scale
    rng = np.random.default_rng(0)
    shapes = resize(rng.random((6, 8, 3)), height, width)
    return (shapes + rng.normal(0, 0.02, shapes.shape)).clip(0, 1).astype(np.float32)
