"""Importing checkpoints that were released as TensorFlow files; no TensorFlow is needed."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ppcn.errors import CheckpointError
from ppcn.networks import NETWORKS
from ppcn.networks.tensorflow.checkpoint import Variables, read_checkpoint


def import_checkpoint(path: Path) -> tuple[str, dict[str, Tensor]]:
    """Return the name of the network that a released checkpoint holds, and its state dict.

    The network is told by the names and shapes of the variables of one scope; optimisers' slots are ignored. Raises
    CheckpointError where the file cannot be read or holds none of the networks that state a ``released`` layout.
    """
    scopes: dict[str, Variables] = defaultdict(dict)
    for variable, values in read_checkpoint(path).items():
        if not variable.endswith(("/Adam", "/Adam_1")):
            scope, _, rest = variable.partition("/")
            scopes[scope][rest] = values
    released = {name: kind for name, kind in NETWORKS.items() if kind.released}
    for name, kind in released.items():
        shapes = {key: value.shape for key, value in kind().state_dict().items()}
        for variables in scopes.values():
            if variables.keys() == kind.released.keys():
                state = {kind.released[variable]: _tensor(values) for variable, values in variables.items()}
                if {key: value.shape for key, value in state.items()} == shapes:
                    return name, state
    raise CheckpointError(
        f"The checkpoint {path} holds none of the networks that can be imported: {', '.join(released)}."
    )


def _tensor(values: np.ndarray) -> Tensor:
    """Turn kernels from height, width, in, out to out, in, height, width."""
    return torch.from_numpy(values.transpose(3, 2, 0, 1).copy() if values.ndim == 4 else values)
