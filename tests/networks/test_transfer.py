"""The maps that knowledge transfer compares come with the picture, and are those of the paper."""

import pytest
import torch

from ppcn.networks.layers import contrast, leaky
from ppcn.networks.stages import mean
from ppcn.networks.student import Student
from ppcn.networks.teacher import Teacher


@pytest.mark.parametrize(("kind", "channels"), [(Student, 8), (Teacher, 16)])
def test_the_picture_is_that_of_forward_and_made_of_the_maps(kind, channels):
    torch.manual_seed(0)
    network, image = kind(), torch.rand(2, 3, 12, 10)
    picture, (early, late) = network.forward_with_maps(image)
    assert torch.equal(picture, network(image))
    assert early.shape == late.shape == (2, channels, 12, 10)
    assert torch.equal(early, leaky(network.vertical(leaky(network.horizontal(contrast(image, mean(image)))))))
    assert torch.equal(picture, 0.58 * torch.tanh(network.last(late)) + 0.5)


def test_gradients_reach_the_layers_below_and_no_hook_stays():
    network = Student()
    _, (early, late) = network.forward_with_maps(torch.rand(1, 3, 8, 8))
    (early.sum() + late.sum()).backward()
    assert network.horizontal.weight.grad is not None
    assert network.norm2.weight.grad is not None
    assert network.last.weight.grad is None
    assert not any(module._forward_pre_hooks for module in network.modules())
