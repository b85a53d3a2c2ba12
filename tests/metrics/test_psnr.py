import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio

from ppcn.metrics import psnr


def test_agrees_with_scikit_image():
    a, b = np.random.default_rng(1).random((2, 17, 23, 3))
    assert psnr(a, b) == pytest.approx(peak_signal_noise_ratio(b, a, data_range=1))


def test_one_grey_level_off():
    assert psnr(np.full((5, 5, 3), 100 / 255), np.full((5, 5, 3), 101 / 255)) == pytest.approx(20 * np.log10(255))


def test_black_against_white_is_zero():
    assert psnr(np.zeros((2, 2, 3)), np.ones((2, 2, 3))) == 0
