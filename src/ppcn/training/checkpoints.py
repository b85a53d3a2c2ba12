"""Checkpoints: everything that training needs to go on as if it had never stopped, in one safetensors file."""

from dataclasses import dataclass
from pathlib import Path

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor, nn
from torch.optim import Adam

from ppcn.errors import CheckpointError
from ppcn.files import atomic_write


@dataclass(frozen=True)
class Progress:
    """How far training is."""

    step: int  # steps done
    seconds: float  # time spent in them, over all runs
    recipe: str  # as TOML


def save(path: Path, network: nn.Module, average: nn.Module, adam: Adam, progress: Progress) -> None:
    """Write network, averaged network, Adam's state and torch's random state to ``path``, atomically."""
    tensors = _parts(network, average)
    for k, state in adam.state_dict()["state"].items():
        tensors |= {f"adam.{k}.{name}": value for name, value in state.items()}
    tensors["random"] = torch.get_rng_state()
    metadata = {"step": str(progress.step), "seconds": repr(progress.seconds), "recipe": progress.recipe}
    contiguous = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    atomic_write(path, safetensors.torch.save(contiguous, metadata), overwrite=True)


def restore(path: Path, network: nn.Module, average: nn.Module, adam: Adam) -> Progress:
    """Read back what ``save`` wrote into the given objects; raises CheckpointError where it does not fit."""
    tensors, metadata = _read(path)
    try:
        progress = Progress(int(metadata["step"]), float(metadata["seconds"]), metadata["recipe"])
        network.load_state_dict(_under("network.", tensors))
        average.load_state_dict(_under("average.", tensors))
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in _under("adam.", tensors).items():
            index, entry = name.split(".")
            state.setdefault(int(index), {})[entry] = value
        adam.load_state_dict({"state": state, "param_groups": adam.state_dict()["param_groups"]})
        torch.set_rng_state(tensors["random"])
    except (KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{path} is no checkpoint of this network: {error}.") from error
    return progress


def _parts(network: nn.Module, average: nn.Module) -> dict[str, Tensor]:
    parts = {"network": network, "average": average}
    return {f"{part}.{name}": value for part, module in parts.items() for name, value in module.state_dict().items()}


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _read(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    try:
        with safe_open(path, framework="pt") as file:
            return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path} cannot be read as a checkpoint: {error}.") from error
