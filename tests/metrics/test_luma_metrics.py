import numpy as np
import pytest
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from ppcn.metrics import psnr_y, ssim_y
from ppcn.metrics.luma import luma


def test_agrees_with_scikit_image():
    a, b = np.random.default_rng(1).random((2, 40, 33, 3))
    y, z = (np.floor(rgb2ycbcr(picture)[..., 0] + 0.5) for picture in (a, b))
    assert psnr_y(a, b) == pytest.approx(peak_signal_noise_ratio(y, z, data_range=255))
    expected = structural_similarity(
        y, z, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert ssim_y(a, b) == pytest.approx(expected, rel=1e-9)


def test_black_and_white():
    assert luma(np.array([[[0.0] * 3, [1.0] * 3]])) * 255 == pytest.approx(np.array([[16, 235]]))


def test_identity_and_symmetry():
    a, b = np.random.default_rng(2).random((2, 5, 20, 3))
    assert psnr_y(a, a) == 100
    assert ssim_y(a, a) == pytest.approx(1)
    assert psnr_y(a, b) == psnr_y(b, a)
    assert ssim_y(a, b) == pytest.approx(ssim_y(b, a))
