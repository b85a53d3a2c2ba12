import numpy as np
import pytest

from ppcn.metrics.flat_noise import flat_noise

RNG = np.random.default_rng(0)
# Grain everywhere, strong texture in all but the left eighth.
PHOTO = (
    0.5
    + RNG.normal(0, 0.01, (160, 160, 1))
    + np.where(np.arange(160) < 20, 0, 1)[None, :, None] * RNG.normal(0, 0.2, (160, 160, 1))
).repeat(3, 2)


def test_the_same_is_right():
    assert flat_noise(PHOTO, PHOTO) == 1


def test_only_what_was_flat_counts():
    noisy = PHOTO.copy()
    noisy[:, 20:] += RNG.normal(0, 0.1, (160, 140, 3))
    assert flat_noise(noisy, PHOTO) == pytest.approx(1, abs=1e-6)
    noisy[:, :20] = 0.5 + 2 * (PHOTO[:, :20] - 0.5)
    assert flat_noise(noisy, PHOTO) == pytest.approx(2, rel=0.05)


def test_a_gradient_is_no_noise():
    ramp = np.linspace(0.2, 0.8, 160)[None, :, None]
    assert flat_noise(PHOTO[:, :1] + ramp - PHOTO.mean(), PHOTO) == pytest.approx(
        flat_noise(PHOTO[:, :1] + 0 * ramp, PHOTO), rel=0.05
    )


def test_a_picture_smaller_than_a_window_has_none():
    assert np.isnan(flat_noise(PHOTO[:15, :15], PHOTO[:15, :15]))
