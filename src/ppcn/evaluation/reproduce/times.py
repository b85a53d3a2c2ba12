"""The times of each kind of network, untrained (time does not depend on weights), measured in one session and kept."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from ppcn.cores import cores
from ppcn.data.originals import reduced
from ppcn.errors import DataError, PpcnError
from ppcn.evaluation.machine import machine
from ppcn.evaluation.reproduce.datasets import PHOTOS, Pictures
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.published import published
from ppcn.evaluation.reproduce.report.cells import QUANTITIES, Cell, Figures, Missing, make_cells, or_missing
from ppcn.evaluation.reproduce.report.table import columns
from ppcn.evaluation.timing.bench import BASELINE
from ppcn.evaluation.timing.measure import measure
from ppcn.evaluation.timing.networks import TimedNetwork, find_network
from ppcn.evaluation.timing.runtimes import require_cuda
from ppcn.evaluation.timing.worker import Case, Timing
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read

PATTERN = "hd_*.png"
SIZE = (720, 1280)
CPU, GPU = "onnxruntime", "torch-cuda"
VERSION = "times at 1280x720, version 1"  # part of what results are kept by: change it with the protocol
GROUP = "At 1280x720"
COLUMNS = columns(GROUP, ("cpu_ms", "speed", "gpu_ms", "peak_mb", "parameters"))
AGAINST = [f"{GROUP} {QUANTITIES[name].title}" for name in ("cpu_ms", "parameters")]  # what quality is plotted against
PROTOCOL = (
    "Times: median over runs on the challenge's 1280x720 photographs, each kind of network in ONNX Runtime (CPU, "
    "{cores} threads, float32) in a process of its own, in interleaved rounds after a warm-up; peak memory is the most "
    "that this process had resident. The paper's times are of a 3.7 GHz i7-8700K and a GTX 1080 Ti with TensorFlow: "
    "compare the speed, which is in times SRCNN's."
)

Times = Mapping[str, Mapping[str, Any]]  # by kind: what was measured, or why it was not ("missing")


def times_of(times: Times, kind: str | None) -> Mapping[str, Any]:
    """Return a kind's ``cpu_ms``, ``n``, ``speed``, ``peak_mb``, ``parameters`` and ``gpu_ms`` (or why ``no_gpu``).

    Raises DataError where the kind could not be timed.
    """
    if kind is None or kind not in times:
        raise DataError("There is no network here that could be timed.")
    figures = times[kind]
    if "missing" in figures:
        raise DataError(figures["missing"])
    srcnn = times.get(BASELINE, {}).get("cpu_ms")
    return {**figures, "speed": srcnn / figures["cpu_ms"]} if srcnn else figures


def protocol() -> str:
    """Return the sentences that say how times were taken here."""
    return PROTOCOL.format(cores=cores())


def measure_times(inputs: Inputs, kinds: Iterable[str | None]) -> Times:
    """Time kinds of networks in one session, on photographs that they make 1280x720; raises DataError."""
    folder = inputs.find_folder(PHOTOS)
    photos = Pictures("the challenge's photographs", sorted(folder.glob(PATTERN)))
    if not photos.files:
        raise DataError(f"{folder} holds none of the challenge's photographs, {PATTERN}.")
    named = sorted({kind for kind in kinds if kind})
    where = machine() | {"gpu": str(or_missing(require_cuda))}
    what = {
        "protocol": VERSION,
        "network": ", ".join(named),
        "pictures": photos.digest,
        "machine": json.dumps(where, sort_keys=True),
    }
    return inputs.cache.get(what, lambda: _measure(inputs, named, photos.files))


def _measure(inputs: Inputs, kinds: Sequence[str], files: Sequence[Path]) -> dict[str, dict[str, Any]]:
    photos = [to_srgb(read(file)) for file in files]
    for file, photo in zip(files, photos, strict=True):
        if photo.shape[:2] != SIZE:
            raise DataError(f"{file} is {photo.shape[1]}x{photo.shape[0]} pixels, not {SIZE[1]}x{SIZE[0]}.")
    networks = {kind: or_missing(find_network, kind) for kind in kinds}
    found = {kind: network for kind, network in networks.items() if not isinstance(network, Missing)}
    scales = {network.scale for network in found.values()}
    given = {scale: [reduced(photo, scale) for photo in photos] if scale > 1 else photos for scale in scales}

    def session(runtime: str) -> list[Timing | PpcnError]:
        cases = [Case(runtime, network, given[network.scale]) for network in found.values()]
        return measure(cases, cores(), partial(inputs.progress, f"Timing in {runtime}"))

    no_gpu = or_missing(require_cuda)
    on_gpu = [DataError(no_gpu.reason)] * len(found) if isinstance(no_gpu, Missing) else session(GPU)
    results = {kind: {"missing": network.reason} for kind, network in networks.items() if isinstance(network, Missing)}
    for (kind, network), cpu, gpu in zip(found.items(), session(CPU), on_gpu, strict=True):
        results[kind] = _figures(network, cpu, gpu)
    return results


def _figures(network: TimedNetwork, cpu: Timing | PpcnError, gpu: Timing | PpcnError) -> dict[str, Any]:
    from ppcn.networks.weights_file import load

    if isinstance(cpu, PpcnError):
        return {"missing": str(cpu)}
    assert network.weights
    figures = {
        "cpu_ms": cpu.median_ms,
        "n": len(cpu.times),
        "peak_mb": cpu.peak_mb,
        "parameters": sum(values.numel() for values in load(network.weights).parameters()),
    }
    return figures | ({"no_gpu": str(gpu)} if isinstance(gpu, PpcnError) else {"gpu_ms": gpu.median_ms})


def time_cells(times: Times | Missing, kind: str | None, quoted: Figures) -> list[Cell]:
    """Return the cells of ``COLUMNS`` for a row of a kind."""
    figures = or_missing(times_of, times, kind)
    missing = isinstance(figures, Missing)
    gpu = figures if missing or "gpu_ms" in figures else Missing(figures["no_gpu"])
    note = None if missing else f"Median of {figures['n']} runs."
    return [
        *make_cells(("cpu_ms", "speed"), quoted, figures, note),
        *make_cells(("gpu_ms",), quoted, gpu),
        *make_cells(("peak_mb", "parameters"), quoted, figures),
    ]


def quoted_times(table: str, row: str, group: str) -> Figures:
    """Return the figures of a row in one of the paper's tables, with its speed in times SRCNN's of that table."""
    figures = published(table).get(row, {}).get(group, {})
    if "cpu_ms" not in figures:
        return figures
    return {**figures, "speed": published(table)["SRCNN"][group]["cpu_ms"] / figures["cpu_ms"]}
