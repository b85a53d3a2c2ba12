"""How exported files are judged: by PyTorch in float64, on a made-up picture."""

import copy

import numpy as np
import torch

from ppcn.networks import NETWORKS
from ppcn.networks.stages import StagedNetwork


def randomised(name: str) -> StagedNetwork:
    """Return a network with random weights; those that it starts with at zero are random, too."""
    torch.manual_seed(0)
    network = NETWORKS[name]().eval()
    with torch.no_grad():
        for parameter in network.parameters():
            if not parameter.any():
                parameter.normal_(std=0.05)
    return network


def picture(height: int, width: int) -> np.ndarray:
    """Return a picture with gradients, an edge and noise: 1x3xHxW."""
    rng = np.random.default_rng(0)
    down, across = np.linspace(0, 1, height)[:, None], np.linspace(0, 1, width)[None]
    planes = np.stack([down * across, (across > 0.5) * down, 1 - across + 0 * down])
    return np.clip(planes + 0.1 * rng.standard_normal(planes.shape), 0, 1)[None].astype(np.float32)


def in_float64(network: StagedNetwork, image: np.ndarray) -> np.ndarray:
    """Return what a network makes of 1x3xHxW, clipped."""
    with torch.no_grad():
        return copy.deepcopy(network).double()(torch.from_numpy(image).double()).clamp(0, 1).numpy()
