"""ONNX Runtime as a backend: for stages that the compiled kernel cannot run, other hardware, and foreign files."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np

from ppcn.arrays import Maps, Pixels, as_pixels
from ppcn.cores import cores
from ppcn.errors import ModelError, ProviderError
from ppcn.runtime.backends import kernel
from ppcn.runtime.engine.engine import Engine, Strip
from ppcn.runtime.engine.row_sources import ArrayRows, RowSource
from ppcn.runtime.engine.stage import RowRequest, StageSpec
from ppcn.runtime.engine.statistics import Counted
from ppcn.runtime.engine.strips import Progress

PROVIDERS = {
    "cpu": "CPUExecutionProvider",
    "cuda": "CUDAExecutionProvider",
    "tensorrt": "TensorrtExecutionProvider",
    "rocm": "ROCMExecutionProvider",
    "migraphx": "MIGraphXExecutionProvider",
    "directml": "DmlExecutionProvider",
    "coreml": "CoreMLExecutionProvider",
    "openvino": "OpenVINOExecutionProvider",
    "webgpu": "WebGpuExecutionProvider",
    "xnnpack": "XnnpackExecutionProvider",
}
RUNTIME = "ONNX Runtime"

AS_REQUESTED = 1  # of ONNX Runtime: a pool that grows by what is asked for, not to the next power of two


class OnnxRuntimeStage:
    """A stage that ONNX Runtime computes; see :class:`ppcn.runtime.engine.stage.Stage`."""

    runtime = RUNTIME
    passthrough: Mapping[int, int] = MappingProxyType({})  # the session does not tell

    def __init__(self, session: Any, spec: StageSpec) -> None:
        self.spec = spec
        self.halo = spec.halo
        self.channels: Sequence[int] = [output.shape[1] for output in session.get_outputs()]
        self._session = session
        self._names = [value.name for value in session.get_inputs()]

    def prepare(self, statistic: Maps) -> Maps:
        """Return the statistic: the graph takes it as it is."""
        return statistic

    def run(self, maps: Maps, prepared: Maps, request: RowRequest) -> tuple[Maps, Counted | None]:
        """Run the graph on all rows, and cut out the requested ones."""
        place = [np.array([request.top, request.height], np.float32)] if self.spec.place else []
        made = _run(self._session, dict(zip(self._names, (*maps, *prepared, *place), strict=True)))
        scale = self.spec.scale
        made = [values[:, :, request.rows.start * scale : request.rows.stop * scale] for values in made]
        if self.spec.last:
            made = [np.clip(values, 0, 1, out=values) for values in made]
        for target, values in zip(request.into or (), made, strict=False):
            target[:] = values
        return request.into or made, kernel.counted(made[0], self.spec, request) if request.count else None


class WholeGraphEngine(Engine):
    """An ONNX file of another program, one picture in and one out (1x3xHxW): it runs in one piece."""

    def __init__(self, model: bytes, name: str, provider: str) -> None:
        super().__init__(model, name, provider, [RUNTIME])
        self._session = open_session(model, name, provider)
        inputs, outputs = self._session.get_inputs(), self._session.get_outputs()
        picture = len(inputs) == 1 and inputs[0].type == "tensor(float)" and len(inputs[0].shape) == 4
        if not (picture and inputs[0].shape[1] == 3 and len(outputs) == 1):
            raise ModelError(
                f"{name} does not take one picture and give one back: it needs one input, float32 1x3xHxW, and one "
                "output."
            )

    def __call__(self, image: Pixels, progress: Progress | None = None) -> Pixels:
        """Run the graph, which may have limits of its own; raises ModelError where it cannot run on the picture."""
        (strip,) = self.strips(ArrayRows(image), progress)
        return strip.pixels

    def strips(self, picture: RowSource, progress: Progress | None = None) -> Iterator[Strip]:
        """Yield the result as one strip."""
        (planes,) = picture.read(0, picture.height)
        try:
            result = np.asarray(_run(self._session, {self._session.get_inputs()[0].name: planes})[0])
        except MemoryError:
            raise
        except Exception as error:  # ONNX Runtime's exceptions share no public base class
            reason = str(error).splitlines()[0].rstrip(".")
            size = f"{planes.shape[3]}x{planes.shape[2]}"
            raise ModelError(f"{self.name} cannot run on {size} pixels ({reason}).") from error
        if result.ndim != 4 or result.shape[:2] != (1, 3):
            raise ModelError(f"{self.name} gives {result.shape} where a picture, 1x3xHxW, was expected.")
        pixels = np.ascontiguousarray(as_pixels(result)).clip(0, 1)
        if progress:
            progress(1.0)
        yield Strip(slice(0, len(pixels)), pixels, pixels.shape)


def open_session(model: bytes, name: str, provider: str = "cpu") -> Any:
    """Return a session of a model, called ``name`` in messages, that runs on the named provider.

    ONNX Runtime falls back to the CPU silently where a provider cannot start; here that raises ProviderError, as does
    one that is unknown or not installed. Raises ModelError for a file that is no ONNX model.
    """
    ort = _onnxruntime()
    if provider not in PROVIDERS:
        raise ProviderError(f"There is no execution provider '{provider}': choose one of {', '.join(PROVIDERS)}.")
    wanted, built = PROVIDERS[provider], ort.get_available_providers()
    if wanted not in built:
        installed = [name for name, full in PROVIDERS.items() if full in built]
        raise ProviderError(
            f"The execution provider '{provider}' is not part of the installed ONNX Runtime, which has "
            f"{', '.join(installed)}: install the package of onnxruntime that brings it, or choose another."
        )
    options = ort.SessionOptions()
    options.log_severity_level = 3  # errors alone: its warnings speak to people who build graphs
    options.enable_mem_pattern = False  # it would set memory aside for each height of a strip
    options.intra_op_num_threads = cores()
    # Each stage has threads of its own, and those that wait must not keep the others from the cores.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    _share_memory()
    options.add_session_config_entry("session.use_env_allocators", "1")
    try:
        session = ort.InferenceSession(model, options, providers=[wanted])
    except Exception as error:  # its exceptions share no public base class
        reason = str(error).splitlines()[0].rstrip(".")
        raise ModelError(f"{name} is not an ONNX model that can run here ({reason}).") from error
    if session.get_providers()[0] != wanted:
        raise ProviderError(
            f"The execution provider '{provider}' could not start on this machine: install its driver and libraries, "
            "or choose another, such as cpu."
        )
    return session


def _run(session: Any, inputs: Mapping[str, Any]) -> Any:
    """Run a session; its lack of memory, which has no exception of its own, becomes MemoryError."""
    try:
        return session.run(None, inputs)
    except Exception as error:
        if "Failed to allocate memory" in str(error) or "std::bad_alloc" in str(error):
            raise MemoryError(str(error)) from error
        raise


def _onnxruntime() -> Any:
    """Return the module ``onnxruntime``, which sends usage to its maker unless this variable is set before.

    Photos are edited offline here, so nothing is sent unless the user has set it to something else.
    """
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    import onnxruntime

    return onnxruntime


@cache
def _share_memory() -> None:
    """Let the sessions of this process take memory from one pool: stages run one after the other."""
    ort = _onnxruntime()
    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(memory, ort.OrtArenaCfg({"arena_extend_strategy": AS_REQUESTED}))
