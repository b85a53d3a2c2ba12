import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppcn.metrics import psnr, psnr_colour_fit


def test_a_colour_matrix_costs_nothing():
    rng = np.random.default_rng(2)
    target = rng.uniform(0.3, 0.7, (12, 9, 3))
    matrix = np.eye(3) * 0.8 + rng.uniform(-0.1, 0.1, (3, 3))
    assert psnr_colour_fit(target @ matrix + 0.05, target) == pytest.approx(100)


def test_agrees_with_a_direct_fit():
    rng = np.random.default_rng(3)
    picture, target = rng.random((2, 14, 11, 3))
    design = np.column_stack([picture.reshape(-1, 3), np.ones(14 * 11)])
    fitted = design @ np.linalg.lstsq(design, target.reshape(-1, 3), rcond=None)[0]
    assert psnr_colour_fit(picture, target) == pytest.approx(psnr(fitted.reshape(picture.shape), target))


@given(seed=st.integers(0, 2**32 - 1), noise=st.floats(0, 1))
def test_is_never_below_the_plain_figure(seed, noise):
    rng = np.random.default_rng(seed)
    target = rng.random((6, 7, 3))
    picture = target + noise * rng.standard_normal(target.shape)
    assert psnr_colour_fit(picture, target) >= psnr(picture, target) - 1e-9


def test_a_flat_picture_becomes_the_mean_of_the_target():
    target = np.random.default_rng(4).random((8, 8, 3))
    mean = np.broadcast_to(target.mean((0, 1)), target.shape)
    assert psnr_colour_fit(np.full((8, 8, 3), 0.2), target) == pytest.approx(psnr(mean, target))
