import copy

import pytest
import torch
from torch import nn

from ppcn.networks import NETWORKS, weights_file
from ppcn.networks.branches import Branch, folded, grow

KINDS = ["student", "teacher", "super-resolution", "upscaler"]  # kernels of 1x1, 1x7 and 3x3, dilated and strided


def grown(name: str, changed: bool) -> tuple[nn.Module, nn.Module]:
    """Return a network, and the same with branches, which have learned something if ``changed``."""
    torch.manual_seed(0)
    network = NETWORKS[name]()
    branched = copy.deepcopy(network)
    grow(branched, 2)
    if changed:
        with torch.no_grad():
            for parameter in branched.parameters():
                parameter.add_(0.1 * parameter.abs().mean().clamp(min=0.01) * torch.randn_like(parameter))
    return network, branched


@pytest.mark.parametrize("name", KINDS)
def test_branches_change_nothing_at_first(name):
    network, branched = grown(name, changed=False)
    image = torch.rand(2, 3, 9, 12)
    with torch.no_grad():
        assert torch.equal(branched(image), network(image))
    assert folded(branched).keys() == network.state_dict().keys()
    assert all(torch.equal(value, network.state_dict()[key]) for key, value in folded(branched).items())


@pytest.mark.parametrize("name", KINDS)
def test_folded_weights_compute_the_same_borders_included(name):
    network, branched = grown(name, changed=True)
    image = torch.rand(2, 3, 9, 12)
    with torch.no_grad():
        before, wanted = network(image), branched(image)
        network.load_state_dict(folded(branched))
        torch.testing.assert_close(network(image), wanted, atol=1e-5, rtol=0)
        assert (before - wanted).abs().max() > 1e-3


def test_a_branch_is_what_three_convolutions_one_after_the_other_amount_to():
    torch.manual_seed(0)
    conv = nn.Conv2d(3, 5, 3, padding=1, bias=False)
    alone = copy.deepcopy(conv)
    grow(conv, 2)
    (branch,) = (module for module in conv.modules() if isinstance(module, Branch))
    nn.init.normal_(branch.squeeze)
    image = torch.rand(1, 3, 8, 8)
    path = image
    for kernel in (branch.expand[..., None, None], branch.middle, branch.squeeze[..., None, None]):
        path = nn.functional.conv2d(path, kernel, padding=kernel.shape[-1] // 2)
    torch.testing.assert_close(conv(image), alone(image) + path, atol=1e-5, rtol=1e-5)


def test_everything_learns_but_kernels_of_one_pixel_have_no_branch():
    _, branched = grown("teacher", changed=True)
    branched(torch.rand(1, 3, 16, 16)).square().mean().backward()
    assert all(parameter.grad is not None for parameter in branched.parameters())
    assert not any("join.parametrizations" in name for name, _ in branched.named_parameters())


def test_a_file_holds_the_folded_network(tmp_path):
    _, branched = grown("upscaler", changed=True)
    weights_file.save(branched, tmp_path / "a.safetensors")  # type: ignore[arg-type]
    image = torch.rand(1, 3, 6, 7)
    with torch.no_grad():
        torch.testing.assert_close(
            weights_file.load(tmp_path / "a.safetensors")(image), branched(image), atol=1e-5, rtol=0
        )
