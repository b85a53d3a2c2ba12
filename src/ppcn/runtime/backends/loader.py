"""From a model file to an engine: each stage in the backend that can run it."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from ppcn.errors import ModelError
from ppcn.runtime.backends import kernel
from ppcn.runtime.engine.engine import Engine, StagedEngine
from ppcn.runtime.engine.stage import Stage, StageSpec
from ppcn.runtime.engine.statistics import STATISTICS
from ppcn.runtime.lowering.onnx_graph import initializers, metadata, with_initializers

STAGES = "ppcn.stages"  # key of a model file's metadata
VERSION = 2  # of what stands there


def make_engine(model: bytes, name: str, provider: str = "cpu") -> Engine:
    """Return the engine of an ONNX file, called ``name`` in messages.

    Files made by ppcn run stage by stage; any other with one picture in and one out runs in one piece, by ONNX Runtime.
    Raises ModelError where the file is not such a network, and ProviderError where the provider cannot be had.
    """
    try:
        carried = metadata(model).get(STAGES)
    except ValueError:  # not ONNX: its reader says why
        carried = None
    if carried is None:
        from ppcn.runtime.backends.onnx_runtime import WholeGraphEngine

        return WholeGraphEngine(model, name, provider)
    return StagedEngine(read_stages(carried, model, name, provider), model, name, provider)


def read_stages(carried: str, model: bytes, name: str, provider: str) -> list[Stage]:
    """Return the stages that a model file, called ``name``, carries in its metadata (``carried``), as JSON.

    On the CPU the compiled kernel runs each stage that it can. Raises ModelError where they cannot be read or need a
    newer ppcn, and ProviderError.
    """
    try:
        stages = [_stage(graph, spec, name, provider) for spec, graph in stage_specs(carried, model)]
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise ModelError(f"The stages in {name} cannot be read ({error!r}): export the network again.") from error
    if not stages:
        raise ModelError(f"{name} carries no stages: export the network again.")
    return stages


def stage_specs(carried: str, model: bytes) -> list[tuple[StageSpec, bytes]]:
    """Return each stage that a model file carries in its metadata (``carried``), and its graph, an ONNX model.

    Raises KeyError, TypeError and ValueError where they cannot be read or need a newer ppcn.
    """
    found: list[tuple[StageSpec, bytes]] = []
    entries = stage_graphs(carried, model)
    for number, (entry, graph) in enumerate(entries, 1):
        before = found[-1][0].statistic if found else None
        found.append((_spec(entry, before, last=number == len(entries)), graph))
    return found


def stage_graphs(carried: str, model: bytes) -> list[tuple[Mapping[str, Any], bytes]]:
    """Return what a model file's metadata say of each stage, and its graph with all its weights, an ONNX model.

    Weights that a stage shares with the whole graph stand there alone. In the first version of the metadata, a list,
    every stage has all of its own. Raises KeyError, TypeError and ValueError for metadata that cannot be read.
    """
    found = json.loads(carried)
    if not isinstance(found, list) and found["version"] != VERSION:
        raise ValueError(f"version {found['version']} is unknown here, a newer ppcn may know it")
    constants, graphs = initializers(model), []
    for entry in found if isinstance(found, list) else found["stages"]:
        own = base64.b64decode(entry["graph"], validate=True)
        graphs.append((entry, with_initializers(own, [constants[name] for name in entry.get("shared", ())])))
    return graphs


def _spec(entry: Mapping[str, Any], before: str | None, *, last: bool) -> StageSpec:
    statistic = entry["statistic"]
    if statistic is not None and statistic not in STATISTICS:
        raise ValueError(f"the statistic {statistic} is unknown here, a newer ppcn may know it")
    halo, scale, row_multiple = (entry["halo"], entry["scale"], entry.get("grid", 1))
    if not all(isinstance(number, int) for number in (halo, scale, row_multiple)):
        raise ValueError("halo, scale and grid have to be whole numbers")
    if halo < 0 or scale < 1 or row_multiple < 1 or (scale > 1 and not last):
        raise ValueError(f"halo {halo}, scale {scale} and grid {row_multiple} make no stage")
    observes, place = entry.get("observes", False), entry.get("place", False)
    if not isinstance(observes, bool) or not isinstance(place, bool) or (observes and (last or not statistic)):
        raise ValueError(f"observes {observes} and place {place} make no stage")
    return StageSpec(
        halo=halo,
        scale=scale,
        statistic=statistic,
        row_multiple=row_multiple,
        statistic_inputs=len(STATISTICS[before].functions) if before else 0,
        last=last,
        observes=observes,
        place=place,
    )


def _stage(graph: bytes, spec: StageSpec, name: str, provider: str) -> Stage:
    compiled = kernel.stage(graph, spec) if provider == "cpu" else None
    if compiled:
        return compiled
    from ppcn.runtime.backends.onnx_runtime import OnnxRuntimeStage, open_session

    return OnnxRuntimeStage(open_session(graph, name, provider), spec)
