"""A network as one ONNX file: the whole graph for any runtime, and its stages for ours.

The graph maps ``image`` (float32, 1x3xHxW in [0, 1]) to ``enhanced`` (clipped). The metadata carries each stage as a
small graph (key ``ppcn.stages``), for a sweep strip by strip; other programs never see them.
"""

import base64
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np
import onnx
import onnx.inliner
import torch
from torch import Tensor, nn

from ppcn.arrays import Pixels, as_pixels, as_planes
from ppcn.exporting.target import Exported
from ppcn.files import atomic_write
from ppcn.networks.bilateral_grid import CELLS, COEFFICIENTS, LEVELS, OPERATOR, by_hats
from ppcn.networks.stages import Maps, StagedNetwork, gather
from ppcn.networks.weights_file import load
from ppcn.runtime.backends.loader import STAGES, VERSION
from ppcn.runtime.backends.onnx_runtime import open_session

SUFFIX = ".onnx"
PRECISIONS = ("float32", "float16")

FUNCTIONS = OPERATOR.split("::")[0]  # the domain of operators that are functions in the file itself
EXAMPLE_SIZE = (20, 28)  # any two different sizes would do: both are symbolic in the graph

_exporting = threading.Lock()  # torch's exporter keeps its state in globals: one graph at a time


class _Function(nn.Module):
    """A method of a network as a module that the exporter takes."""

    def __init__(self, network: nn.Module, function: Callable[..., Maps]) -> None:
        super().__init__()
        self.network = network
        self.function = function

    def forward(self, *inputs: Tensor) -> Maps:
        return self.function(*inputs)


def to_onnx(network: StagedNetwork) -> bytes:
    """Return a network as a serialised ONNX model that carries its stages.

    Safe to call in several threads. torch's exporter warns and logs a few lines by Python's usual means (the logger
    ``torch.onnx``), which are the host program's to filter.
    """
    network = network.eval()
    image = torch.rand(1, 3, *EXAMPLE_SIZE)
    whole = _graph(_Function(network, lambda x: (network(x).clamp(0, 1),)), (image,), ["image"], ["enhanced"])
    whole = onnx.inliner.inline_local_functions(whole)  # not all runtimes know functions

    stages = []
    maps, known = (image,), ()
    for stage in network.stages():
        place = (torch.tensor([0.0, EXAMPLE_SIZE[0]]),) if stage.place else ()
        inputs = (*maps, *known, *place)
        made = stage.run(*inputs)
        names = _names("in", len(inputs)), _names("out", len(made))
        graph = _graph(_Function(network, stage.run), inputs, *names, fixed=len(known) + len(place))
        stages.append(
            {
                "halo": stage.halo,
                "scale": stage.scale,
                "statistic": stage.statistic,
                "grid": stage.grid,
                "observes": stage.observes,
                "place": stage.place,
                "shared": _share(graph, whole),
                "graph": base64.b64encode(graph.SerializeToString()).decode("ascii"),
            }
        )
        known = gather(stage.statistic, made[0])
        maps = maps if stage.observes else made
    onnx.helper.set_model_props(whole, {STAGES: json.dumps({"version": VERSION, "stages": stages})})
    return whole.SerializeToString()


def _share(graph: onnx.ModelProto, whole: onnx.ModelProto) -> list[str]:
    """Take the weights out of a stage's graph that are in the whole graph, too, and return their names."""
    known = {each.name: each for each in whole.graph.initializer}
    shared = [each for each in graph.graph.initializer if known.get(each.name) == each]
    for each in shared:
        graph.graph.initializer.remove(each)
    return [each.name for each in shared]


def _names(prefix: str, count: int) -> list[str]:
    return [f"{prefix}.{i}" for i in range(count)]


def _graph(
    module: nn.Module, inputs: Maps, names: Sequence[str], outputs: Sequence[str], fixed: int = 0
) -> onnx.ModelProto:
    """Export a module whose inputs have a free height and width, but for the last ones, whose size is ``fixed``."""
    sizes = [{2: "height", 3: "width"}] * (len(inputs) - fixed) + [{}] * fixed
    with _exporting, torch.no_grad():
        program = torch.onnx.export(
            module.eval(),
            inputs,
            dynamo=True,
            input_names=names,
            output_names=outputs,
            dynamic_shapes=(tuple(sizes),),
            verbose=False,
        )
    assert program is not None
    model = program.model_proto
    # The exporter notes source lines and folders of the machine it ran on: neither belongs in a file for others.
    for node in model.graph.node:
        node.ClearField("metadata_props")
        node.ClearField("doc_string")
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output, *model.graph.initializer):
        value.ClearField("metadata_props")
    model.graph.ClearField("metadata_props")
    model.ClearField("metadata_props")
    if any(node.domain == FUNCTIONS for node in model.graph.node):
        model.functions.append(_slice_grid())
    onnx.checker.check_model(model, full_check=True)
    return model


@cache
def _slice_grid() -> onnx.FunctionProto:
    """Return the slicing of a bilateral grid as a function of plain operators, for runtimes that do not know it."""
    height = EXAMPLE_SIZE[0]
    image, grid = torch.rand(1, 3, *EXAMPLE_SIZE), torch.rand(1, LEVELS * COEFFICIENTS, CELLS, CELLS)
    names = ["image", "grid", "place"]
    module = _Function(nn.Module(), lambda *given: (by_hats(*given),))
    model = _graph(module, (image, grid, torch.tensor([0.0, height])), names, ["sliced"], fixed=2)
    constants = [onnx.helper.make_node("Constant", [], [each.name], value=each) for each in model.graph.initializer]
    nodes = [*constants, *model.graph.node]
    name = OPERATOR.split("::")[1]
    return onnx.helper.make_function(FUNCTIONS, name, names, ["sliced"], nodes, model.opset_import, ["levels", "cells"])


def convert(weights: bytes, name: str) -> bytes:
    """Return a .safetensors file's network, called ``name`` in messages, as ONNX; raises ModelError."""
    return to_onnx(load(weights, name))


def export(network: StagedNetwork, size: tuple[int, int], precision: str) -> Exported:  # noqa: ARG001 (any size fits)
    """Return a network as an ONNX file for pictures of any size."""
    model = to_onnx(network)
    if precision == "float16":
        model = to_half(model)
    session = open_session(model, "The exported network")

    def run(image: Pixels) -> Pixels:
        return as_pixels(np.asarray(session.run(["enhanced"], {"image": as_planes(image)})[0]))

    def save(path: Path, metadata: Mapping[str, str], overwrite: bool) -> None:
        noted = onnx.load_from_string(model)
        for key, value in metadata.items():
            noted.metadata_props.add(key=key, value=value)
        atomic_write(path, noted.SerializeToString(), overwrite=overwrite)

    opset = next(entry.version for entry in onnx.load_from_string(model).opset_import if not entry.domain)
    return Exported(run, save, {"opset": opset, "sizes": "any"})


def to_half(model: bytes) -> bytes:
    """Return an ONNX model whose weights and maps are float16; ``image`` and ``enhanced`` stay float32.

    Statistics are still gathered in float32: a mean over a million values is beyond float16. The stages are left out,
    since they would run in float32.
    """
    from onnxruntime.transformers.float16 import convert_float_to_float16
    from onnxruntime.transformers.onnx_model import OnnxModel

    whole = onnx.load_from_string(model)
    whole.ClearField("metadata_props")
    whole.graph.ClearField("value_info")  # some types would stay what they were
    half = convert_float_to_float16(whole, keep_io_types=True, op_block_list=["ReduceMean"])
    OnnxModel(half).topological_sort()
    onnx.checker.check_model(half, full_check=True)
    return half.SerializeToString()
