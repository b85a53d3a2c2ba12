"""Which hardware runs a network: execution providers by short names, chosen openly."""

import os
from functools import cache

from ppcn.errors import ModelError, ProviderError

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

AS_REQUESTED = 1  # of ONNX Runtime: a pool that grows by what is asked for, not to the next power of two


def open_session(model: bytes, name: str, provider: str = "cpu"):
    """Return an ``onnxruntime.InferenceSession`` of a serialised model that runs on the named provider.

    ONNX Runtime falls back to the CPU silently where a provider cannot start; here that is a
    :class:`~ppcn.errors.ProviderError`, as is an unknown provider or one that this installation lacks. A file that is
    not an ONNX model is a :class:`~ppcn.errors.ModelError` that calls it ``name``.
    """
    import onnxruntime as ort

    if provider not in PROVIDERS:
        raise ProviderError(f"There is no execution provider '{provider}': choose one of {', '.join(PROVIDERS)}.")
    wanted = PROVIDERS[provider]
    if wanted not in ort.get_available_providers():
        raise ProviderError(
            f"The execution provider '{provider}' is not part of the installed ONNX Runtime, which has "
            f"{', '.join(available())}: install the package of onnxruntime that brings it, or choose another."
        )
    options = ort.SessionOptions()
    options.log_severity_level = 3  # errors alone: its warnings speak to people who build graphs
    options.enable_mem_pattern = False  # it would set memory aside for each height of a strip
    options.intra_op_num_threads = _threads()
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


@cache
def _share_memory() -> None:
    """Let the sessions of this process take memory from one pool: stages run one after the other."""
    import onnxruntime as ort

    memory = ort.OrtMemoryInfo("Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT)
    ort.create_and_register_allocator(memory, ort.OrtArenaCfg({"arena_extend_strategy": AS_REQUESTED}))


def _threads() -> int:
    """Return what OMP_NUM_THREADS says, which everything else here obeys by itself; 0 means one a core."""
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0]
    return int(first) if first.isdecimal() else 0


def available() -> list[str]:
    """Return the short names of the providers that the installed ONNX Runtime was built with."""
    import onnxruntime as ort

    built = ort.get_available_providers()
    return [name for name, full in PROVIDERS.items() if full in built]
