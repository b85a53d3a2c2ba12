import numpy as np
import pytest
import torch

from ppcn.losses.liveliness import LEAST, liveliness


def test_it_is_the_relative_error_of_spread_colour_and_brightness():
    rng = np.random.default_rng(0)
    target = 0.4 + 0.2 * rng.random((2, 3, 9, 7))
    output = 0.5 + 0.8 * (target - 0.5)

    def numbers(picture):
        centre = picture.mean(0)
        return np.array([centre.std(ddof=1), np.ptp(picture, axis=0).mean(), 2 * centre.mean()])

    errors = [abs(numbers(a) - numbers(b)) / (numbers(b) + LEAST) for a, b in zip(output, target, strict=True)]
    found = liveliness(torch.from_numpy(output), torch.from_numpy(target)).item()
    assert found == pytest.approx(np.mean(errors), rel=1e-6)


def test_equal_pictures_lose_nothing():
    picture = torch.rand(2, 3, 8, 8)
    assert liveliness(picture, picture).item() == 0


def test_gradient():
    torch.manual_seed(0)
    target = torch.rand(1, 3, 4, 4, dtype=torch.float64)
    output = (0.8 * target + 0.1).detach().requires_grad_()
    assert torch.autograd.gradcheck(lambda x: liveliness(x, target), output, fast_mode=True)
