"""The contextual loss: every feature of the target should have one close match in the generated picture."""

import torch
from torch import Tensor
from torch.nn import functional

from ppcn.losses import precise

BANDWIDTH, EPSILON = 0.5, 1e-5
MOST = 65**2  # positions compared; more are too many pairs


def contextual(
    generated: Tensor, target: Tensor, *, centre: Tensor | None = None, generator: torch.Generator | None = None
) -> Tensor:
    """Return the contextual loss of two NxCxHxW batches of features: 0 for perfect matches, log(H W) at most.

    Equations 1 and 2 (Mechrez et al., ECCV 2018), with the cosine distance of features centred by ``centre``, C values:
    the target's mean, unless one is given (that of all processes). Of maps with more than 65x65 positions, that many
    are drawn from ``generator`` (on the CPU). In float32 at least; TensorFloat-32 would be too coarse for equal
    features.
    """
    x, y = precise(generated).flatten(2), precise(target).flatten(2)
    middle = y.mean((0, 2)) if centre is None else centre.to(y)
    if x.shape[2] > MOST:
        drawn = torch.randperm(x.shape[2], generator=generator)[:MOST].to(x.device)
        x, y = x[:, :, drawn], y[:, :, drawn]
    x, y = (functional.normalize(z - middle[:, None], dim=1, eps=1e-8) for z in (x, y))
    with torch.autocast(x.device.type, enabled=False):
        distance = (1 - x.transpose(1, 2) @ y) / 2  # N, generated i, target j
    relative = distance / (distance.amin(2, keepdim=True) + EPSILON)
    affinity = ((1 - relative) / BANDWIDTH).softmax(2)
    return -affinity.amax(1).mean(1).log().mean()
