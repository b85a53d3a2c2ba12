"""Checkpoints: the whole state of a training run in one safetensors file, to resume from bit for bit."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import get_type_hints

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.optim import Optimizer

from ppcn.errors import CheckpointError
from ppcn.files import atomic_write


@dataclass(frozen=True)
class RunState:
    """How far a run is."""

    step: int  # steps done
    seconds: float  # time spent in them, over all runs
    recipe: str  # as TOML
    best: float = -math.inf  # PSNR of the best validation
    first: float = math.nan  # the objective in the first report


def save(path: Path, modules: Mapping[str, nn.Module], optimisers: Mapping[str, Optimizer], state: RunState) -> None:
    """Write modules, optimisers' states and torch's random state to ``path``, atomically."""
    tensors = {f"{name}/{key}": value for name, part in modules.items() for key, value in part.state_dict().items()}
    for name, optimiser in optimisers.items():
        for k, entries in optimiser.state_dict()["state"].items():
            tensors |= {f"{name}/{k}.{entry}": value for entry, value in entries.items()}
    tensors["random"] = torch.get_rng_state()
    metadata = {key: str(value) for key, value in asdict(state).items()}
    contiguous = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    atomic_write(path, safetensors.torch.save(contiguous, metadata), overwrite=True)


def restore(path: Path, modules: Mapping[str, nn.Module], optimisers: Mapping[str, Optimizer]) -> None:
    """Read back what ``save`` wrote into the given objects; raises CheckpointError where it does not fit."""
    tensors, _ = _read(path)
    try:
        for name, module in modules.items():
            module.load_state_dict(_under(f"{name}/", tensors))
        for name, optimiser in optimisers.items():
            entries: dict[int, dict[str, Tensor]] = {}
            for key, value in _under(f"{name}/", tensors).items():
                index, entry = key.split(".")
                entries.setdefault(int(index), {})[entry] = value
            optimiser.load_state_dict({"state": entries, "param_groups": optimiser.state_dict()["param_groups"]})
        torch.set_rng_state(tensors["random"])
    except (KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{path} is no checkpoint of this network: {error}.") from error


def read_state(path: Path) -> RunState:
    """Return how far the run of a checkpoint is; raises CheckpointError."""
    _, said = _read(path)
    try:
        kinds = get_type_hints(RunState)
        return RunState(**{key: kinds[key](value) for key, value in said.items()})
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} is no checkpoint of ppcn: {error}.") from error


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return a file's tensors and metadata."""
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path} cannot be read as a checkpoint: {error}.") from error


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}
