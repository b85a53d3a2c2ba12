"""Where training starts from."""

from collections.abc import Callable

import torch
from torch import nn

from ppcn.errors import RecipeError
from ppcn.networks.safmn import SAFMN
from ppcn.networks.stages import StagedNetwork
from ppcn.networks.student import Student
from ppcn.networks.super_resolution import SuperResolution
from ppcn.networks.teacher import Teacher
from ppcn.networks.upscaler import BLOCKS, Upscaler

CARRIED = 3  # the first three channels carry R, G, B
# The convolutions that carry them up to the last one, and the last normalisations of the branches added to them.
PATHS: dict[type[StagedNetwork], tuple[tuple[str, ...], tuple[str, ...]]] = {
    Student: (("horizontal", "vertical"), ("norm2",)),
    Teacher: (("horizontal", "vertical", "join"), ("norm2", "norm4")),
}
# The last convolutions of what is added to something else, in networks without norms: here to each other, to the
# picture's mean, or to the enlarged picture.
ADDED: dict[type[StagedNetwork], tuple[str, ...]] = {
    SuperResolution: (
        *(f"block{block}.{name}" for block in (1, 2) for name in ("narrow1", "narrow2", "transition")),
        "last",
    ),
    Upscaler: (*(f"blocks.{block}.two" for block in range(BLOCKS)), "last"),
    SAFMN: ("last",),
}


@torch.no_grad()
def near_identity(network: StagedNetwork) -> None:
    """Make a student or teacher return nearly what it is given: three channels carry R, G, B, everything else is small.

    Few channels started at random easily fall into minima where two colours have become one (design: "PSNR alone
    deceives"); from here they do not. Draws from torch's global generator. Raises RecipeError for another network.
    """
    if type(network) not in PATHS:
        raise RecipeError("Only students and teachers can start near the identity: give another --set start=he.")
    names, branches = PATHS[type(network)]
    *carriers, last = (_conv(network, name) for name in (*names, "last"))
    for conv in (*carriers, last):
        nn.init.normal_(conv.weight, std=0.01)
        _offset(conv, 0.0)
    # The unused channels get something to start from: random detectors of the usual size.
    for conv in carriers:
        nn.init.kaiming_normal_(conv.weight[CARRIED:], a=0.05)
    for conv in carriers:
        _carry(conv, 1.0)
    # A branch is normalised, hence as large as the photo itself: begin with a little of it.
    for name in branches:
        nn.init.constant_(network.get_parameter(f"{name}.weight"), 0.03)
    # Undo the contrast step's 1.2 and the slope and offset of 0.58 tanh + 0.5, whose bend the factor 1.1 makes up for.
    slope = 1.1 / 0.58
    _carry(last, slope / 1.2)
    _offset(last, -0.5 * slope)


@torch.no_grad()
def released(network: StagedNetwork) -> None:
    """Start as the released code does: convolutions from a normal of deviation 0.01 cut at two, biases 0.01."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.trunc_normal_(module.weight, std=0.01, a=-0.02, b=0.02)
            _offset(module, 0.01)


@torch.no_grad()
def he(network: StagedNetwork) -> None:
    """Start with what keeps signals as large as they are behind a LeakyReLU (He et al., ICCV 2015), and biases of zero.

    Of what is added to something else there is a tenth, so that many branches do not add up to a large signal.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, a=0.05)
            _offset(module, 0.0)
    for name in ADDED.get(type(network), ()):
        _conv(network, name).weight.mul_(0.1)


@torch.no_grad()
def as_torch_does(network: StagedNetwork) -> None:
    """Start with torch's own weights, a sixth of He's in variance; a tenth of what is added to something else."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.reset_parameters()
    for name in ADDED.get(type(network), ()):
        _conv(network, name).weight.mul_(0.1)
        _offset(_conv(network, name), 0.0)


def _conv(network: StagedNetwork, name: str) -> nn.Conv2d:
    conv = network.get_submodule(name)
    assert isinstance(conv, nn.Conv2d)
    return conv


def _offset(conv: nn.Conv2d, value: float) -> None:
    assert conv.bias is not None  # every convolution here has one
    conv.bias.fill_(value)


def _carry(conv: nn.Conv2d, gain: float) -> None:
    """Let the first channels pass a convolution with ``gain``, at its centre tap, nearly unmixed."""
    height, width = conv.kernel_size
    for channel in range(CARRIED):
        conv.weight[channel, channel, height // 2, width // 2] += gain


STARTS: dict[str, Callable[[StagedNetwork], None]] = {
    "near-identity": near_identity,
    "released": released,
    "he": he,
    "torch": as_torch_does,
}
