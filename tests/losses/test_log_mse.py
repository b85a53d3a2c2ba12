import math

import pytest
import torch

from ppcn.losses.log_mse import FLOOR, log_mse


def test_it_is_the_mean_over_pictures_of_the_logarithm():
    target = torch.zeros(2, 3, 4, 5)
    output = target + torch.tensor([0.1, 0.5]).view(2, 1, 1, 1)
    expected = (math.log(0.01 + FLOOR) + math.log(0.25 + FLOOR)) / 2
    assert log_mse(output, target).item() == pytest.approx(expected, abs=1e-6)


def test_gradient():
    torch.manual_seed(0)
    target = torch.rand(2, 3, 4, 4, dtype=torch.float64)
    output = torch.rand_like(target, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: log_mse(x, target), output, fast_mode=True)
