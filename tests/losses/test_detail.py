import numpy as np
import pytest
import torch
from scipy.ndimage import uniform_filter

from ppcn.losses.detail import WINDOW, detail


def test_it_is_what_a_mean_filter_takes_away():
    torch.manual_seed(0)
    output, target = torch.rand(2, 3, 30, 40), torch.rand(2, 3, 30, 40)
    difference = (output - target).numpy().astype(np.float64)
    fine = difference - uniform_filter(difference, WINDOW, axes=(2, 3), mode="mirror")
    assert detail(output, target).item() == pytest.approx(np.abs(fine).mean(), rel=1e-4)


def test_an_error_of_tone_is_none_of_detail():
    target = torch.rand(1, 3, 20, 20)
    assert detail(target + 0.3, target).item() < 1e-6


def test_gradient():
    torch.manual_seed(0)
    target = torch.rand(1, 1, 10, 10, dtype=torch.float64)
    output = torch.rand_like(target, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: detail(x, target), output, fast_mode=True)
