import numpy as np
import pytest
from skimage.metrics import structural_similarity

from ppcn.metrics import ms_ssim
from ppcn.metrics.ms_ssim import WEIGHTS
from ppcn.metrics.similarity import similarity


def direct(a, b):
    """MS-SSIM window by window, as the released evaluation spells it."""
    a, b = a * 255, b * 255
    ssims, contrasts = [], []
    for _ in WEIGHTS:
        ssim, contrast = direct_level(a, b)
        ssims.append(ssim)
        contrasts.append(contrast)
        a, b = direct_half(a), direct_half(b)
    return np.prod(np.array(contrasts[:-1]) ** WEIGHTS[:-1]) * ssims[-1] ** WEIGHTS[-1]


def direct_level(a, b):
    size = min(11, *a.shape[:2])
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    window = np.exp(-(x**2 + y**2) / (2 * (1.5 * size / 11) ** 2))[..., None]
    window /= window.sum()
    c1, c2 = 2.55**2, 7.65**2
    ssims, contrasts = [], []
    for i in range(a.shape[0] - size + 1):
        for j in range(a.shape[1] - size + 1):
            p, q = a[i : i + size, j : j + size], b[i : i + size, j : j + size]
            mean_p, mean_q = (window * p).sum((0, 1)), (window * q).sum((0, 1))
            var_p, var_q = (window * (p - mean_p) ** 2).sum((0, 1)), (window * (q - mean_q) ** 2).sum((0, 1))
            covariance = (window * (p - mean_p) * (q - mean_q)).sum((0, 1))
            contrast = (2 * covariance + c2) / (var_p + var_q + c2)
            contrasts.append(contrast)
            ssims.append(contrast * (2 * mean_p * mean_q + c1) / (mean_p**2 + mean_q**2 + c1))
    return np.mean(ssims), np.mean(contrasts)


def direct_half(x):
    height, width = x.shape[:2]
    half = np.empty(((height + 1) // 2, (width + 1) // 2, 3))
    for i in range(half.shape[0]):
        for j in range(half.shape[1]):
            rows, columns = (2 * i, min(2 * i + 1, height - 1)), (2 * j, min(2 * j + 1, width - 1))
            half[i, j] = sum(x[r, c] for r in rows for c in columns) / 4
    return half


@pytest.mark.parametrize("shape", [(100, 100), (37, 50), (12, 11), (5, 9), (2, 1), (1, 1)])
def test_agrees_with_the_direct_form(shape):
    rng = np.random.default_rng(5)
    a = rng.random((*shape, 3))
    b = (a + 0.2 * rng.standard_normal(a.shape)).clip(0, 1)
    assert ms_ssim(a, b) == pytest.approx(direct(a, b), rel=1e-9)


def test_one_level_agrees_with_scikit_image():
    a, b = np.random.default_rng(6).random((2, 40, 32, 3)) * 255
    # Without the border that its windows only partly cover, scikit-image's mean is over valid windows too.
    expected = structural_similarity(
        a, b, data_range=255, channel_axis=2, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert similarity(a, b)[0] == pytest.approx(expected, rel=1e-9)


def test_opposite_structure_scores_zero():
    a = np.random.default_rng(7).random((64, 64, 3))
    assert ms_ssim(a, 1 - a) == 0
