"""``ppcn bench``: networks in several runtimes, side by side."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ppcn.arrays import Pixels
from ppcn.cores import cores
from ppcn.errors import InputError, PpcnError
from ppcn.evaluation import Progress
from ppcn.evaluation.timing.measure import measure
from ppcn.evaluation.timing.networks import TimedNetwork, find_network
from ppcn.evaluation.timing.runtimes import OURS
from ppcn.evaluation.timing.worker import Case, Timing
from ppcn.images.pixels.resize import resize

BASELINE = "srcnn"  # the challenge's, to which it relates times


@dataclass(frozen=True)
class BenchRow:
    """A network in a runtime: its times in ms and the peak of its process's resident memory in MB.

    ``ratio`` and ``max_difference`` are to our default path, ``speed`` is in times the challenge's baseline, SRCNN, in
    the same runtime, where that was timed. ``n`` counts runs; ``computed_by`` is such as "kernel (avx2)".
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
    computed_by: str

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints: all but ``computed_by``."""
        figures = asdict(self)
        del figures["computed_by"]
        return figures


def bench(
    models: Sequence[str],
    size: tuple[int, int],
    against: Sequence[str] = (),
    progress: Progress = lambda _share: None,
) -> tuple[list[BenchRow], list[PpcnError]]:
    """Time networks in our default path and in others, on a made-up picture whose result has ``size`` (width, height).

    Returns the rows, and what kept others from being timed. Raises what ``find_network`` does, the error of our own
    path, and InputError for a size that is no multiple of a network's scale.
    """
    networks = [find_network(model) for model in dict.fromkeys(models)]
    runtimes = dict.fromkeys((OURS, *against))
    cases = [Case(runtime, network, [_picture(network, size)]) for network in networks for runtime in runtimes]
    threads = cores()
    results = list(zip(cases, measure(cases, threads, progress), strict=True))
    failures = [(case, result) for case, result in results if isinstance(result, PpcnError)]
    for case, failure in failures:
        if case.runtime == OURS:
            raise failure
    timed = [(case, result) for case, result in results if isinstance(result, Timing)]
    ours = {case.network.name: timing for case, timing in timed if case.runtime == OURS}
    baseline = {case.runtime: timing.median_ms for case, timing in timed if case.network.kind == BASELINE}
    rows = [
        BenchRow(
            runtime=case.runtime,
            model=case.network.name,
            size="x".join(map(str, size)),
            median_ms=timing.median_ms,
            min_ms=min(timing.times),
            peak_mb=timing.peak_mb,
            max_difference=float(np.abs(timing.output.clip(0, 1) - ours[case.network.name].output).max()),
            ratio=timing.median_ms / ours[case.network.name].median_ms,
            speed=baseline[case.runtime] / timing.median_ms if case.runtime in baseline else None,
            n=len(timing.times),
            threads=threads,
            computed_by=timing.computed_by,
        )
        for case, timing in timed
    ]
    return rows, [failure for _, failure in failures]


def _picture(network: TimedNetwork, size: tuple[int, int]) -> Pixels:
    """Return a made-up picture, large shapes and fine grain, that the network makes one of ``size`` of."""
    width, height = size
    if width % network.scale or height % network.scale:
        raise InputError(
            f"{network.name} enlarges {network.scale} times, and {width}x{height} is no multiple of that: "
            "give another --size."
        )
    height, width = height // network.scale, width // network.scale
    rng = np.random.default_rng(0)
    shapes = resize(rng.random((6, 8, 3)), height, width)
    return (shapes + rng.normal(0, 0.02, shapes.shape)).clip(0, 1).astype(np.float32)
