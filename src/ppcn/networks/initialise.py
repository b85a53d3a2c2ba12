"""Initialisation of networks before training."""

from collections.abc import Callable

import torch
from torch import nn

from ppcn.errors import RecipeError
from ppcn.networks.stages import StagedNetwork

CARRIED = 3  # the first three channels carry R, G, B


@torch.no_grad()
def near_identity(network: StagedNetwork) -> None:
    """Make an enhancer return nearly its input: three channels carry R, G, B, everything else is small.

    Few channels started at random easily fall into minima where two colours have become one (design: "PSNR alone
    deceives"); from here they do not. Draws from torch's global generator. Raises RecipeError for a network without an
    ``identity_path``; one that is the identity as it is made stays so.
    """
    if network.identity_at_start:
        return
    if not network.identity_path:
        raise RecipeError("Only students and teachers can start near the identity: give another --set start=he.")
    *carriers, last = (_conv(network, name) for name in network.identity_path)
    for conv in (*carriers, last):
        nn.init.normal_(conv.weight, std=0.01)
        _offset(conv, 0.0)
    # The unused channels get something to start from: random detectors of the usual size.
    for conv in carriers:
        nn.init.kaiming_normal_(conv.weight[CARRIED:], a=0.05)
    for conv in carriers:
        _carry(conv, 1.0)
    # A branch is normalised, hence as large as the photo itself: begin with a little of it.
    for name in network.branch_norms:
        nn.init.constant_(network.get_parameter(f"{name}.weight"), 0.03)
    # Undo the contrast step's 1.2 and the slope and offset of 0.58 tanh + 0.5, whose bend the factor 1.1 makes up for.
    slope = 1.1 / 0.58
    _carry(last, slope / 1.2)
    _offset(last, -0.5 * slope)


@torch.no_grad()
def released(network: StagedNetwork) -> None:
    """Initialise as the released code: convolutions from a normal of deviation 0.01 cut at two, biases 0.01."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.trunc_normal_(module.weight, std=0.01, a=-0.02, b=0.02)
            _offset(module, 0.01)


@torch.no_grad()
def he(network: StagedNetwork) -> None:
    """Initialise after He et al. (ICCV 2015), whose weights keep a signal's size behind a LeakyReLU; biases are zero.

    The last convolutions of residual branches start at a tenth, so that many branches do not add up to a large signal.
    """
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, a=0.05)
            _offset(module, 0.0)
    for name in network.residual:
        _conv(network, name).weight.mul_(0.1)


@torch.no_grad()
def torch_default(network: StagedNetwork) -> None:
    """Initialise as torch does, a sixth of He's variance; the last convolutions of residual branches at a tenth."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            module.reset_parameters()
    for name in network.residual:
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
    "torch": torch_default,
}
