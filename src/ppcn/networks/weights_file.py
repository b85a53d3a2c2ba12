"""Files of weights: safetensors with the network's name in their metadata."""

import json
from pathlib import Path

import safetensors.torch
from safetensors import SafetensorError

from ppcn import models
from ppcn.errors import ModelError
from ppcn.files import atomic_write
from ppcn.networks import NETWORKS
from ppcn.networks.stages import StagedNetwork


def save(network: StagedNetwork, path: Path, *, overwrite: bool = False) -> None:
    """Write a network's weights, atomically; the same weights give the same bytes. Raises OutputError."""
    atomic_write(path, dump(network), overwrite=overwrite)


def dump(network: StagedNetwork) -> bytes:
    """Return what ``save`` writes."""
    names = {kind: name for name, kind in NETWORKS.items()}
    tensors = {name: value.detach().cpu().contiguous() for name, value in network.state_dict().items()}
    return safetensors.torch.save(tensors, {"network": names[type(network)]})


def load(source: Path | bytes, name: str = "the given weights") -> StagedNetwork:
    """Return the network that a file, or its bytes (called ``name`` in messages), holds, ready to run.

    Raises ModelError where it cannot be read, is damaged, or holds none of ``NETWORKS``.
    """
    what = name if isinstance(source, bytes) else str(source)
    try:
        data = source if isinstance(source, bytes) else source.read_bytes()
        tensors = safetensors.torch.load(data)
        kind = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")]).get("__metadata__", {}).get("network")
    except OSError as error:
        raise ModelError(f"{what} cannot be read: {error.strerror or error}.") from error
    except SafetensorError as error:
        raise ModelError(f"{what} is no safetensors file, or a damaged one: {error}.") from error
    if kind is None:
        raise ModelError(f"{what} does not say which network it holds: it was not written by ppcn.")
    if kind not in NETWORKS:
        raise ModelError(f"{what} holds the network {kind}, which is unknown here: known are {', '.join(NETWORKS)}.")
    network = NETWORKS[kind]()
    try:
        network.load_state_dict(tensors)
    except RuntimeError as error:
        raise ModelError(f"{what} does not hold the weights of the network {kind} that it names.") from error
    return network.eval()


def find(model: str) -> StagedNetwork:
    """Return a trained network by its name in the registry, or from a .safetensors file; raises ModelError."""
    return load(models.find(model).read("safetensors"), model)
