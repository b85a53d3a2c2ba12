"""A network as a Core ML package (an ML program), for iOS and macOS: an RGB picture of 8 bits in, one out, any size."""

import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ppcn.arrays import Pixels, as_pixels, as_planes
from ppcn.errors import OutputError
from ppcn.exporting.mil import run_program
from ppcn.exporting.target import Exported
from ppcn.files import TEMPORARY
from ppcn.networks.stages import StagedNetwork

SUFFIX = ".mlpackage"
PRECISIONS = ("float16", "float32")
SIDES = (16, 8192)  # shortest and longest side of a picture that the package takes


class _Levels(nn.Module):
    """A network with outputs from 0 to 255, as Core ML's pictures are; Core ML scales the inputs."""

    def __init__(self, network: StagedNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        return self.network(image).clamp(0, 1) * 255


def to_coreml(network: StagedNetwork, width: int, height: int, precision: str = "float16") -> Any:
    """Return a network as a ``coremltools`` model; ``width`` and ``height`` are the size that Core ML expects most.

    In float16, statistics are still gathered in float32: a mean over a million values is beyond float16. Needs the
    extra ``phones``.
    """
    import coremltools as ct  # pyright: ignore[reportMissingImports]

    half = ct.transform.FP16ComputePrecision(op_selector=lambda op: op.op_type != "reduce_mean")
    with torch.no_grad():
        traced = torch.jit.trace(_Levels(network).eval(), torch.rand(1, 3, height, width))
    shape = (1, 3, ct.RangeDim(*SIDES, default=height), ct.RangeDim(*SIDES, default=width))
    rgb = ct.colorlayout.RGB
    return ct.convert(
        traced,
        inputs=[ct.ImageType("image", shape=shape, scale=1 / 255, color_layout=rgb)],
        outputs=[ct.ImageType("enhanced", color_layout=rgb)],
        convert_to="mlprogram",
        minimum_deployment_target=ct.target.iOS16,
        compute_precision=half if precision == "float16" else ct.precision.FLOAT32,
        skip_model_load=True,  # only macOS could
    )


def export(network: StagedNetwork, size: tuple[int, int], precision: str) -> Exported:
    """Return a network as a Core ML package, which is run by evaluating its program with torch."""
    model = to_coreml(network, *size, precision)

    def run(image: Pixels) -> Pixels:
        levels = torch.from_numpy(as_planes(image) * 255)
        return as_pixels(run_program(model, {"image": levels})["enhanced"].numpy() / 255)

    def save(path: Path, metadata: Mapping[str, str], overwrite: bool) -> None:
        model.user_defined_metadata.update(metadata)
        _save(model, path, overwrite)

    sides = f"{SIDES[0]} to {SIDES[1]} pixels a side"
    return Exported(run, save, {"sizes": sides, "runs_on": "iOS 16, macOS 13"})


def _save(model: Any, path: Path, overwrite: bool) -> None:
    """Write a package, which is a folder, under another name beside ``path`` first."""
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}{SUFFIX}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            model.save(str(temporary))
            if overwrite and path.exists():
                shutil.rmtree(path)
            temporary.rename(path)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"Cannot write {path}: {(error.strerror or str(error)).lower()}.") from error
