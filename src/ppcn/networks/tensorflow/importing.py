"""Released checkpoints as our networks: which variable is which parameter."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ppcn.errors import CheckpointError
from ppcn.networks import NETWORKS
from ppcn.networks.tensorflow.checkpoint import Variables, read_checkpoint

Layout = dict[str, str]  # variable, without its scope -> parameter


def import_checkpoint(path: Path) -> tuple[str, dict[str, Tensor]]:
    """Return the name of the network that a released checkpoint holds, and its state dict.

    The network is told by the names and shapes of the variables of one scope; optimisers' slots are ignored. Raises
    CheckpointError where the file cannot be read or holds none of the networks in ``LAYOUTS``.
    """
    scopes: dict[str, Variables] = defaultdict(dict)
    for variable, values in read_checkpoint(path).items():
        if not variable.endswith(("/Adam", "/Adam_1")):
            scope, _, rest = variable.partition("/")
            scopes[scope][rest] = values
    for name, layout in LAYOUTS.items():
        shapes = {key: value.shape for key, value in NETWORKS[name]().state_dict().items()}
        for variables in scopes.values():
            if variables.keys() == layout.keys():
                state = {layout[variable]: _tensor(values) for variable, values in variables.items()}
                if {key: value.shape for key, value in state.items()} == shapes:
                    return name, state
    raise CheckpointError(
        f"The checkpoint {path} holds none of the networks that can be imported: {', '.join(LAYOUTS)}."
    )


def _tensor(values: np.ndarray) -> Tensor:
    """Turn kernels from height, width, in, out to out, in, height, width."""
    return torch.from_numpy(values.transpose(3, 2, 0, 1).copy() if values.ndim == 4 else values)


def _layers(pairs: dict[str, str], weight: str, bias: str) -> Layout:
    """Name the weights and biases of layers: theirs, ours, and how they end theirs."""
    return {
        theirs.format(end): f"{ours}.{parameter}"
        for theirs, ours in pairs.items()
        for end, parameter in ((weight, "weight"), (bias, "bias"))
    }


def _enhancer(first: int, convs: list[str], norms: list[str]) -> Layout:
    """W and b with the number of each convolution; Variable, Variable_1, ...: each norm's shift, then its scale."""
    layout = _layers({f"{{}}{number}": conv for number, conv in enumerate(convs, first)}, "W", "b")
    parameters = [f"{norm}.{parameter}" for norm in norms for parameter in ("bias", "weight")]
    return layout | {f"Variable_{i}" if i else "Variable": parameter for i, parameter in enumerate(parameters)}


def _resnet(pairs: int) -> Layout:
    inner = range(2 * pairs)
    convs = ["first", *(f"convs.{i}" for i in inner), "after1", "after2", "last"]
    return _enhancer(1, convs, [f"norms.{i}" for i in inner])


def _super_resolution() -> Layout:
    layers = {
        "downsample/1": "down1",
        "downsample/2": "down2",
        "n64s1/c1": "first",
        "n64s1/c/m": "join",
        "conv2d": "before_last",
        "conv2d_1": "last",
    }
    for block in (1, 2):
        layers[f"trans/{block}"] = f"block{block}.transition"
        for i in (0, 1):
            layers[f"res{block}/{i}/conv1"] = f"block{block}.widen{i + 1}"
            layers[f"res{block}/{i}/conv2"] = f"block{block}.narrow{i + 1}"
    return _layers({theirs + "/{}": ours for theirs, ours in layers.items()}, "kernel", "bias")


LAYOUTS: dict[str, Layout] = {
    "student": _enhancer(
        0, ["horizontal", "vertical", "horizontal_dilated", "vertical_dilated", "last"], ["norm1", "norm2"]
    ),
    "teacher": _enhancer(
        0,
        ["horizontal", "vertical", "widen", "narrow", "widen_dilated", "narrow_dilated", "join", "last"],
        ["norm1", "norm2", "norm3", "norm4"],
    ),
    "super-resolution": _super_resolution(),
    "srcnn": _layers({"{}1": "features", "{}2": "mapping"}, "w", "b") | {"w3": "last.weight", "b3": "last_bias"},
    "vdsr": _layers({f"conv_{20 if i == 19 else i:02d}_{{}}": f"convs.{i}" for i in range(20)}, "w", "b"),
    "resnet-12-64": _resnet(4),
    "resnet-8-32": _resnet(2),
    "resnet-6-16": _resnet(1),
}
