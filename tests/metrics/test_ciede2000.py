import numpy as np
import pytest

from ppcn.metrics.ciede2000 import ciede2000


def test_equal_pictures_do_not_differ():
    picture = np.random.default_rng(0).random((5, 6, 3))
    assert ciede2000(picture, picture) == 0


def test_greys_differ_by_their_lightness():
    """Between the greys of L* 50 and 51, CIEDE2000 is 1 / S_L, which is nearly 1 there."""
    linear = ((np.array([50, 51]) + 16) / 116) ** 3
    values = 1.055 * linear ** (1 / 2.4) - 0.055
    one, other = (np.full((2, 2, 3), value) for value in values)
    assert ciede2000(one, other) == pytest.approx(1, abs=0.01)


def test_it_is_a_mean_over_pixels_and_clips():
    black, white = np.zeros((1, 2, 3)), np.ones((1, 2, 3))
    half = np.stack([black[:, 0], white[:, 0]], 1)
    assert ciede2000(half, black) == pytest.approx(ciede2000(white, black) / 2)
    assert ciede2000(white * 3, white) == 0
