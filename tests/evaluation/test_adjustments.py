"""What any photo program's buttons do."""

import numpy as np
import pytest
from PIL import Image, ImageOps

from ppcn.evaluation.adjustments import ADJUSTMENTS, auto_gamma, auto_levels, clahe, gamma, untouched


@pytest.fixture
def photo():
    rng = np.random.default_rng(0)
    ramp = np.linspace(0.1, 0.4, 60, dtype=np.float32)[None, :, None]
    return (ramp + 0.1 * rng.random((40, 60, 3), dtype=np.float32)).astype(np.float32)


@pytest.mark.parametrize("adjust", ADJUSTMENTS.values())
def test_each_returns_a_picture_and_leaves_its_input_alone(adjust, photo):
    before = photo.copy()
    result = adjust(photo)
    assert (result.shape, result.dtype) == (photo.shape, np.float32)
    assert result.min() >= 0
    assert result.max() <= 1
    assert np.array_equal(photo, before)


def test_untouched_and_gamma(photo):
    assert np.array_equal(untouched(photo), photo)
    np.testing.assert_allclose(gamma(photo), photo**0.65, rtol=1e-6)


def test_auto_gamma_makes_the_mean_a_half(photo):
    assert auto_gamma(photo).mean() == pytest.approx(0.5, abs=1e-3)
    assert auto_gamma(1 - photo / 2).mean() == pytest.approx(0.5, abs=1e-3)


def test_auto_gamma_has_limits():
    assert auto_gamma(np.full((4, 4, 3), 1e-6, np.float32)).max() == pytest.approx(1e-6**0.2, rel=1e-3)
    assert np.array_equal(auto_gamma(np.zeros((4, 4, 3), np.float32)), np.zeros((4, 4, 3)))


def test_auto_levels_is_pillows_autocontrast(photo):
    eight_bits = Image.fromarray((photo * 255).round().astype(np.uint8))
    expected = np.asarray(ImageOps.autocontrast(eight_bits, cutoff=0.5)) / 255
    assert np.abs(auto_levels(np.asarray(eight_bits, np.float32) / np.float32(255)) - expected).max() < 0.02


def test_clahe_stretches_lightness_and_keeps_hues(photo):
    result = clahe(photo)
    assert result.mean(2).std() > 1.2 * photo.mean(2).std()
    grey = np.repeat(photo.mean(2, keepdims=True), 3, 2)
    assert np.ptp(clahe(grey), axis=2).max() < 1e-3
