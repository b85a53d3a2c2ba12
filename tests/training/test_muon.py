import copy

import pytest
import torch
from torch import nn

from ppcn.networks import NETWORKS
from ppcn.training.muon import Muon, kernels_of


def step(network, optimiser, seed=0):
    network.zero_grad()
    x = torch.randn(4, 6, 9, 9, generator=torch.Generator().manual_seed(seed))
    (network(x) ** 2).mean().backward()
    optimiser.step()


def kernel(layout=torch.contiguous_format):
    torch.manual_seed(1)
    return nn.Conv2d(6, 8, 3, bias=False).to(memory_format=layout)  # type: ignore[call-overload]


def torchs(kernels):
    matrices = [nn.Parameter(kernel.detach().flatten(1).clone()) for kernel in kernels]
    return matrices, torch.optim.Muon(matrices, weight_decay=0.0, adjust_lr_fn="match_rms_adamw")


@pytest.mark.parametrize("name", ["upscaler", "safmn"])
def test_a_step_is_torchs_of_the_kernels_matrices(name):
    """Also where many kernels of one shape are turned at once."""
    torch.manual_seed(0)
    network = NETWORKS[name]()
    kernels = kernels_of(network)
    matrices, theirs = torchs(kernels)
    ours = Muon(kernels)
    generator = torch.Generator().manual_seed(0)
    for _ in range(3):
        for kernel, matrix in zip(kernels, matrices, strict=True):
            kernel.grad = torch.randn(kernel.shape, generator=generator)
            matrix.grad = kernel.grad.flatten(1)
        ours.step()
        theirs.step()
        for kernel, matrix in zip(kernels, matrices, strict=True):
            torch.testing.assert_close(kernel.flatten(1), matrix, rtol=0, atol=1e-5)  # it computes in bfloat16


def test_the_rate_may_be_a_tensor():
    one, other = kernel(), kernel()
    step(one, Muon([one.weight], lr=0.01))
    step(other, Muon([other.weight], lr=torch.tensor(0.01)))
    torch.testing.assert_close(one.weight, other.weight, rtol=0, atol=1e-8)


def test_kernels_in_another_order_move_alike():
    one, other = kernel(), kernel(torch.channels_last)
    for network in (one, other):
        optimiser = Muon([network.weight])
        for seed in range(3):
            step(network, optimiser, seed)
    assert other.weight.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(one.weight, other.weight, rtol=0, atol=1e-4)  # it computes in bfloat16


def test_all_directions_move_by_as_much_and_as_far_as_with_adam():
    network = kernel()
    before = network.weight.detach().clone()
    optimiser = Muon([network.weight])
    optimiser.param_groups[0]["lr"] = 0.01
    step(network, optimiser)
    moved = (network.weight.detach() - before).flatten(1)
    singular = torch.linalg.svdvals(moved)
    assert singular.max() < 2 * singular.min()
    gradient = torch.linalg.svdvals(network.weight.grad.flatten(1))
    assert gradient.max() > 2 * gradient.min()
    assert moved.square().mean().sqrt() == pytest.approx(0.2 * 0.01, rel=0.2)  # Adam's steps measure 0.2 to 0.4


def test_a_kernel_without_a_gradient_stays():
    network, still = kernel(), kernel()
    before = copy.deepcopy(still.weight)
    step(network, Muon([network.weight, still.weight]))
    assert torch.equal(before, still.weight)


def test_it_is_for_kernels_but_not_for_those_in_groups():
    network = NETWORKS["safmn"]()
    names = {id(parameter): name for name, parameter in network.named_parameters()}
    found = {names[id(kernel)] for kernel in kernels_of(network)}
    assert {"first.weight", "last.weight", "blocks.7.mix.weight"} <= found
    assert not any(name.endswith("bias") or "sizes" in name or "norm" in name for name in found)
