"""Exporting a network for phones: the file is compared with PyTorch before it is written."""

import copy
import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch

from ppcn.arrays import as_pixels, as_planes
from ppcn.errors import InputError, MissingExtraError, ModelError, OutputError
from ppcn.exporting.target import CHECK, Exporter
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.pixels.resize import resize
from ppcn.images.read import read
from ppcn.networks.weights_file import find

TARGETS = {
    "onnx": "ppcn.exporting.onnx",
    "litert": "ppcn.exporting.litert",
    "coreml": "ppcn.exporting.coreml",
}
NEEDS = {"litert": ("litert_torch", "ai_edge_litert"), "coreml": ("coremltools",)}  # beyond the extra ``export``
LIMITS = {"float32": 1e-3, "float16": 16 / 255}  # larger differences from PyTorch in float64 are an error of ours
PHOTO = Path(__file__).with_name("photo.jpg")  # samples/lake.jpg at 960x538
RESULT = (1280, 720)  # the size of the result that a file is made for unless another is given


def export(
    model: str,
    to: str,
    output: Path,
    *,
    precision: str | None = None,
    size: tuple[int, int] | None = None,
    photo: Path = PHOTO,
    overwrite: bool = False,
) -> dict[str, Any]:
    """Write a network as a file for another program, and return the facts about it.

    ``model`` is a registered name or a .safetensors file, ``to`` one of ``TARGETS``, ``size`` (width, height) of the
    picture that goes in. The file is run on ``photo``, resized to that, and compared with PyTorch first. The result is
    noted in the file's metadata under ``ppcn.check``, as JSON, and returned with the file's facts. Converters print
    and log what they like: a command silences them.
    Raises MissingExtraError without the programs that ``to`` needs, ModelError for an unknown network or one that
    comes out wrong, InputError for a precision that ``to`` does not have, and OutputError as ``atomic_write``.
    """
    exporter = _exporter(to)
    precision = precision or exporter.PRECISIONS[0]
    if precision not in exporter.PRECISIONS:
        raise InputError(f"{to} is not written in {precision} here: choose {' or '.join(exporter.PRECISIONS)}.")
    if output.suffix != exporter.SUFFIX:
        raise OutputError(f"{output} has another suffix than {to} files have: call it {output.stem}{exporter.SUFFIX}.")
    if os.path.lexists(output) and not overwrite:
        raise OutputError(f"{output} exists already: remove it, or allow overwriting with --overwrite.")
    if model.endswith(".onnx"):
        raise ModelError(f"{model} is exported already: give the name of a network, or its .safetensors file.")
    network = find(model)
    scale = max(stage.scale for stage in network.stages())
    width, height = size or (RESULT[0] // scale, RESULT[1] // scale)
    image = resize(to_srgb(read(photo)), height, width).clip(0, 1).astype(np.float32)
    exported = exporter.export(network, (width, height), precision)
    with torch.no_grad():
        exact = copy.deepcopy(network).double()(torch.from_numpy(as_planes(image)).double()).clamp(0, 1)
    difference = np.abs(exported.run(image) - as_pixels(exact.numpy()))
    if not difference.max() <= LIMITS[precision]:  # NaN fails, too
        raise ModelError(
            f"{model} as {to} differs from PyTorch by {difference.max():.2g} and was not written: "
            f"that is above {LIMITS[precision]:.2g}, so one of both programs is wrong; choose other versions of them."
        )
    facts = {
        "model": model,
        "to": to,
        "size": f"{width}x{height}",
        "precision": precision,
        "largest_difference": float(difference.max()),
        "mean_difference": float(difference.mean()),
        "reference": f"PyTorch {torch.__version__}, float64",
        **exported.facts,
    }
    exported.save(output, {CHECK: json.dumps(facts)}, overwrite)
    return {"file": str(output), "bytes": _bytes(output), **facts}


def _exporter(to: str) -> Exporter:
    """Return the module that writes a kind of file, after a look whether the programs that it needs are installed."""
    try:
        for program in NEEDS.get(to, ()):
            import_module(program)
        return cast(Exporter, import_module(TARGETS[to]))
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"To write {to} files, {error.name} is needed: install it with pip install 'ppcn[phones]', in an "
            "environment of its own."
        ) from error


def _bytes(path: Path) -> int:
    """Return the size of a file, or of all files in a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
