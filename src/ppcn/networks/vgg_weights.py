"""VGG-19's weights from a file, in either of the two layouts that are in use, for RGB in [0, 1].

torchvision's take RGB, normalised; the original ones, here as Keras names them, BGR from 0 to 255 less its means.
"""

import pickle
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import safetensors.torch
import torch
from safetensors import SafetensorError
from torch import Tensor

from ppcn.errors import ModelError

CONVOLUTIONS = (2, 2, 4, 4, 4)  # in each block
LAYERS = tuple(f"conv{block}_{k}" for block, count in enumerate(CONVOLUTIONS, 1) for k in range(1, count + 1))
SOURCE = "https://download.pytorch.org/models/vgg19-dcbb9e9d.pth"

Triple = tuple[float, float, float]


@dataclass(frozen=True)
class Layout:
    """How a kind of file names its tensors, and its pictures' mean and deviation, RGB in [0, 1]."""

    kernel: str
    bias: str
    mean: Triple
    deviation: Triple
    bgr_hwio: bool = False


LAYOUTS = (
    Layout("features.{number}.weight", "features.{number}.bias", (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    Layout(
        "block{block}_conv{k}/kernel",
        "block{block}_conv{k}/bias",
        (123.68 / 255, 116.779 / 255, 103.939 / 255),
        (1 / 255, 1 / 255, 1 / 255),
        bgr_hwio=True,
    ),
)


def load(path: Path | None, last: str) -> tuple[Layout, dict[str, tuple[Tensor, Tensor]]]:
    """Read a .npz, .safetensors or .pth file: its layout, and kernel (OIHW, for RGB) and bias of layers up to ``last``.

    Without a path: torchvision's file in torch's hub cache. Raises ModelError where there is no such layer or file, or
    it cannot be read, is of another network, or does not go as deep; a .pth file is never allowed to run code.
    """
    if last not in LAYERS:
        raise ModelError(f"VGG-19 has no layer {last}: its convolutions are {LAYERS[0]} to {LAYERS[-1]}.")
    if path is None:
        path = Path(torch.hub.get_dir()) / "checkpoints" / SOURCE.rpartition("/")[2]
    tensors = _read(path)
    for layout in LAYOUTS:
        if layout.kernel.format(number=0, block=1, k=1) in tensors:
            return layout, _arrange(path, tensors, layout, last)
    raise ModelError(f"{path} does not hold VGG-19's weights as torchvision or Keras name them.")


def _arrange(path: Path, tensors: Mapping[str, Tensor], layout: Layout, last: str) -> dict[str, tuple[Tensor, Tensor]]:
    """Take the layers out of a file's tensors."""
    layers: dict[str, tuple[Tensor, Tensor]] = {}
    inputs = 3
    for i, layer in enumerate(LAYERS[: LAYERS.index(last) + 1]):
        block, k = int(layer[4]), int(layer[6])
        names = {"block": block, "k": k, "number": 2 * i + block - 1}  # ReLUs and pools count
        kernel, bias = (tensors.get(name.format(**names)) for name in (layout.kernel, layout.bias))
        if kernel is None or bias is None:
            raise ModelError(f"{path} does not hold VGG-19's layer {last}: the deepest that it has is {LAYERS[i - 1]}.")
        if layout.bgr_hwio:
            kernel = kernel.permute(3, 2, 0, 1)
            kernel = kernel.flip(1) if i == 0 else kernel
        outputs = 64 * min(2 ** (block - 1), 8)
        if kernel.shape != (outputs, inputs, 3, 3) or bias.shape != (outputs,):
            raise ModelError(f"{path} holds another network than VGG-19: its layer {layer} has other sizes.")
        layers[layer] = kernel.float(), bias.float()
        inputs = outputs
    return layers


def _npz(path: Path) -> dict[str, Tensor]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: torch.from_numpy(arrays[name]) for name in arrays}


def _pth(path: Path) -> dict[str, Tensor]:
    tensors = torch.load(path, map_location="cpu", weights_only=True)
    return tensors if isinstance(tensors, dict) else {}


READERS: dict[str, Callable[[Path], dict[str, Tensor]]] = {
    ".npz": _npz,
    ".safetensors": safetensors.torch.load_file,
    ".pth": _pth,
}


def _read(path: Path) -> dict[str, Tensor]:
    if path.suffix not in READERS:
        raise ModelError(f"{path} cannot hold VGG-19's weights: they come as {', '.join(READERS)}.")
    if not path.is_file():
        raise ModelError(
            f"VGG-19's weights are not at {path}: download {SOURCE} to there, or name a file that has them."
        )
    try:
        return READERS[path.suffix](path)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (SafetensorError, pickle.UnpicklingError, zipfile.BadZipFile, EOFError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} is damaged, or holds more than tensors: download or copy it again.") from error
