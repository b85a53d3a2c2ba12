"""A network as a LiteRT (TensorFlow Lite) file, for Android: ``image`` to ``enhanced``, NHWC float32 in [0, 1]."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from ppcn.exporting.litert_runner import open_litert
from ppcn.exporting.target import Exported
from ppcn.files import atomic_write
from ppcn.networks.stages import StagedNetwork

SUFFIX = ".tflite"
PRECISIONS = ("float32",)


class _ChannelsLast(nn.Module):
    """A network whose pictures are 1xHxWx3, with names that become those of the file's signature."""

    def __init__(self, network: StagedNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        return {"enhanced": self.network(image.permute(0, 3, 1, 2)).clamp(0, 1).permute(0, 2, 3, 1)}


def to_litert(network: StagedNetwork, width: int, height: int) -> bytes:
    """Return a network as a LiteRT file for small pictures of one size; needs the extra ``phones``."""
    import litert_torch  # pyright: ignore[reportMissingImports]

    model = _ChannelsLast(network).eval()
    converted = litert_torch.convert(model, sample_kwargs={"image": torch.rand(1, height, width, 3)})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "network.tflite"
        converted.export(str(path))
        return path.read_bytes()


def export(network: StagedNetwork, size: tuple[int, int], precision: str) -> Exported:  # noqa: ARG001 (there is one)
    """Return a network as a LiteRT file for pictures of ``size`` (width, height)."""
    model = to_litert(network, *size)
    try:
        open_litert(model, (24, 40))(np.zeros((24, 40, 3), np.float32))
        sizes = "any, by resizing the input"
    except RuntimeError:  # the converter has fixed the sizes of maps in the graph
        sizes = "one"
    return Exported(
        run=lambda image: open_litert(model, image.shape[:2])(image),
        save=lambda path, metadata, overwrite: atomic_write(path, _noted(model, metadata), overwrite=overwrite),
        facts={"sizes": sizes},
    )


def _noted(model: bytes, metadata: Mapping[str, str]) -> bytes:
    """Return a LiteRT file with further entries in its metadata."""
    import flatbuffers  # pyright: ignore[reportMissingImports]
    from ai_edge_litert import schema_py_generated as schema  # pyright: ignore[reportMissingImports]

    content: Any = schema.ModelT.InitFromPackedBuf(model, 0)
    for key, value in metadata.items():
        buffer, entry = schema.BufferT(), schema.MetadataT()
        buffer.data = np.frombuffer(value.encode(), np.uint8)
        entry.name, entry.buffer = key, len(content.buffers)
        content.buffers.append(buffer)
        content.metadata = [*(content.metadata or []), entry]
    builder = flatbuffers.Builder()
    builder.Finish(content.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())
