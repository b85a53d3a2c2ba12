"""The programs that can run a network: one function a runtime, each giving the same kind of function back.

``RUNTIMES[name](network, threads, size)`` makes a network ready for pictures of ``size`` (height, width) on as many
threads, and returns a function from a picture, HxWx3 float32 in [0, 1], to a picture. What a runtime needs is imported
there. Raises ModuleNotFoundError where it is not installed, and subclasses of PpcnError.
"""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np

from ppcn.arrays import Pixels, as_pixels, as_planes
from ppcn.errors import MissingExtraError, ModelError, ProviderError, missing_extra
from ppcn.evaluation.scores import Run
from ppcn.evaluation.timing.networks import TimedNetwork


def _ppcn(network: TimedNetwork, threads: int, size: tuple[int, int]) -> Run:  # noqa: ARG001 - it decides by itself
    """Our default path, as every command runs it."""
    return network.engine()


def _onnxruntime(network: TimedNetwork, threads: int, size: tuple[int, int]) -> Run:  # noqa: ARG001 - any size
    """The whole graph in one piece, with ONNX Runtime's own settings."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.log_severity_level = 3  # errors alone
    options.intra_op_num_threads = threads
    session = ort.InferenceSession(network.onnx, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return lambda picture: as_pixels(np.asarray(session.run(None, {name: np.ascontiguousarray(as_planes(picture))})[0]))


def _openvino(network: TimedNetwork, threads: int, size: tuple[int, int]) -> Run:
    """OpenVINO on the CPU, compiled for pictures of this size, in float32 (it would take bfloat16 where it can)."""
    import openvino

    core = openvino.Core()
    model = core.read_model(BytesIO(network.onnx))
    model.reshape([1, 3, *size])
    settings = {
        "INFERENCE_NUM_THREADS": threads,
        "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY",
    }
    compiled = core.compile_model(model, "CPU", settings)
    return lambda picture: as_pixels(compiled(np.ascontiguousarray(as_planes(picture)))[0])


def _litert(network: TimedNetwork, threads: int, size: tuple[int, int]) -> Run:
    """LiteRT with XNNPACK, from a file made for pictures of this size."""
    from ppcn.exporting.litert_runner import open_litert

    if network.weights is None:
        raise ModelError(f"LiteRT cannot run {network.name}: an ONNX file holds no module to make a .tflite file of.")
    # The converter's memory is not the interpreter's: it has a process of its own.
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "network.tflite"
        command = [sys.executable, "-c", _TO_LITERT, str(file), *map(str, size)]
        made = subprocess.run(command, input=network.weights, capture_output=True, check=False)
        if made.returncode:
            reason = [f"status {made.returncode}", *made.stderr.decode().split("\n")]
            raise MissingExtraError(
                f"LiteRT needs a .tflite file, and making one failed ({[line for line in reason if line.strip()][-1]}):"
                " pip install 'ppcn[phones]', in an environment of its own, brings what it takes."
            )
        return open_litert(file.read_bytes(), size, threads)


_TO_LITERT = """
import sys
from pathlib import Path
from ppcn.exporting.litert import to_litert
from ppcn.networks.weights_file import load
height, width = map(int, sys.argv[2:])
Path(sys.argv[1]).write_bytes(to_litert(load(sys.stdin.buffer.read()), width, height))
"""


def _torch(network: TimedNetwork, threads: int, size: tuple[int, int], device: str = "cpu") -> Run:  # noqa: ARG001
    """PyTorch, one operator after the other."""
    import torch

    from ppcn.networks.weights_file import load

    if network.weights is None:
        raise ModelError(f"torch cannot run {network.name}: an ONNX file holds no module.")
    torch.set_num_threads(threads)
    module = load(network.weights).to(device)

    def run(picture: Pixels) -> Pixels:
        with torch.inference_mode():
            planes = torch.from_numpy(np.ascontiguousarray(as_planes(picture))).to(device)
            return as_pixels(module(planes).clamp(0, 1).cpu().numpy())

    return run


def _torch_cuda(network: TimedNetwork, threads: int, size: tuple[int, int]) -> Run:
    """PyTorch on a GPU; copying the picture there and back is part of the time."""
    require_cuda()
    return _torch(network, threads, size, "cuda")


def require_cuda() -> str:
    """Return the name of the GPU that torch can use; raises ProviderError where there is none."""
    try:
        import torch
    except ModuleNotFoundError as error:
        raise missing_extra("To use a GPU here", error, "train") from error
    if not torch.cuda.is_available():
        raise ProviderError("There is no GPU here that torch can use.")
    return torch.cuda.get_device_name()


OURS = "ppcn"
RUNTIMES: dict[str, Callable[[TimedNetwork, int, tuple[int, int]], Run]] = {
    OURS: _ppcn,
    "onnxruntime": _onnxruntime,
    "openvino": _openvino,
    "litert": _litert,
    "torch": _torch,
    "torch-cuda": _torch_cuda,
}
