"""A network in the forms that runtimes take."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ppcn.errors import ModelError, missing_extra
from ppcn.models import find
from ppcn.runtime.backends.loader import make_engine
from ppcn.runtime.engine.engine import Engine

PROBE = 32  # the side of a picture that tells how many times a network enlarges


@dataclass(frozen=True)
class TimedNetwork:
    """A network: its ONNX file, its weights for torch and its kind, such as ``srcnn`` (None where it has none)."""

    name: str
    onnx: bytes
    weights: bytes | None = None
    kind: str | None = None

    def engine(self) -> Engine:
        """Return it ready to run in our own runtime; errors as ``ppcn.load_model``."""
        return make_engine(self.onnx, self.name)

    @cached_property
    def scale(self) -> int:
        """How many times it enlarges; raises ModelError where it does not run."""
        return self.engine()(np.full((PROBE, PROBE, 3), 0.5, np.float32)).shape[0] // PROBE


def find_network(name: str) -> TimedNetwork:
    """Return the network of a registered name, of a file (.onnx, .safetensors) or of a kind, untrained.

    Kinds (``srcnn``, ``resnet-12-64``, ...) and .safetensors need the extra ``train``. Raises ModelError and
    MissingExtraError.
    """
    if "." in name:
        found = find(name)
        if found.card:
            return TimedNetwork(name, found.read("onnx"), found.read("safetensors"), found.card.network)
        if found.file == "onnx":
            return TimedNetwork(name, found.read("onnx"))
    try:
        return _from_torch(name)
    except ModuleNotFoundError as error:
        otherwise = "or give a name that `ppcn models` lists"
        raise missing_extra(f"To time {name}", error, "train", otherwise) from error


def _from_torch(name: str) -> TimedNetwork:
    """Return the network of a .safetensors file, or an untrained one of the named kind."""
    import torch

    from ppcn.exporting.onnx import to_onnx
    from ppcn.networks import NETWORKS
    from ppcn.networks.weights_file import dump, load

    if name.endswith(".safetensors"):
        network = load(Path(name))
    elif name in NETWORKS:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            network = NETWORKS[name]()
    else:
        raise ModelError(
            f"There is no kind of network '{name}': choose one of {', '.join(NETWORKS)}, or give a name that "
            "`ppcn models` lists, or the path of an .onnx or .safetensors file."
        )
    kinds = {network: kind for kind, network in NETWORKS.items()}
    return TimedNetwork(name, to_onnx(network), dump(network), kinds[type(network)])
