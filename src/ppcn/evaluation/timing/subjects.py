"""What is timed: a network in the forms that runtimes take."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from ppcn.errors import MissingExtraError, ModelError
from ppcn.models import find
from ppcn.runtime.backends.loader import make_engine

PROBE = 32  # the side of a picture that tells how many times a network enlarges


@dataclass(frozen=True)
class Subject:
    """A network: its ONNX file, its weights for torch and its kind, such as ``srcnn`` (None where it has none)."""

    name: str
    onnx: bytes
    weights: bytes | None = None
    kind: str | None = None

    @cached_property
    def scale(self) -> int:
        """How many times it enlarges; raises ModelError where it does not run."""
        large = make_engine(self.onnx, self.name)(np.full((PROBE, PROBE, 3), 0.5, np.float32))
        return large.shape[0] // PROBE


def find_subject(model: str) -> Subject:
    """Return the network that a registered name, a file (.onnx, .safetensors) or the name of a kind stands for.

    A kind (``srcnn``, ``resnet-12-64``, ...) is made untrained: time does not depend on weights. It and .safetensors
    need the extra ``train``. Raises ModelError and MissingExtraError.
    """
    if model.endswith(".onnx"):
        return Subject(model, find(model).read("onnx"))
    if "." in model and not model.endswith(".safetensors"):
        found = find(model)
        assert found.card
        return Subject(model, found.read("onnx"), found.read("safetensors"), found.card.network)
    try:
        return _from_torch(model)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"To time {model}, {error.name} is needed: install it with pip install 'ppcn[train]', or give a name that "
            "`ppcn models` lists."
        ) from error


def _from_torch(model: str) -> Subject:
    """Return the network of a .safetensors file, or an untrained one of the named kind."""
    import torch

    from ppcn.exporting.onnx import to_onnx
    from ppcn.networks import NETWORKS
    from ppcn.networks.weights_file import dump, load

    if model.endswith(".safetensors"):
        network = load(Path(model))
    elif model in NETWORKS:
        with torch.random.fork_rng():
            torch.manual_seed(0)
            network = NETWORKS[model]()
    else:
        raise ModelError(
            f"There is no kind of network '{model}': choose one of {', '.join(NETWORKS)}, or give a name that "
            "`ppcn models` lists, or the path of an .onnx or .safetensors file."
        )
    kinds = {network: kind for kind, network in NETWORKS.items()}
    return Subject(model, to_onnx(network), dump(network), kinds[type(network)])
