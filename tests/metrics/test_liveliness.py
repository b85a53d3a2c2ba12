import numpy as np
import pytest

from ppcn.metrics.liveliness import liveliness_of_colour, liveliness_of_contrast

PHOTO = 0.3 + 0.4 * np.random.default_rng(0).random((20, 30, 3))


def test_the_same_is_right():
    assert liveliness_of_colour(PHOTO, PHOTO) == liveliness_of_contrast(PHOTO, PHOTO) == 1


def test_half_the_contrast_is_half():
    assert liveliness_of_contrast(0.5 + 0.5 * (PHOTO - 0.5), PHOTO) == pytest.approx(0.5)


def test_half_the_saturation_is_half():
    grey = PHOTO.mean(2, keepdims=True)
    pale = grey + 0.5 * (PHOTO - grey)
    assert liveliness_of_colour(pale, PHOTO) == pytest.approx(0.5)
    assert liveliness_of_contrast(pale, PHOTO) == pytest.approx(1)


def test_black_and_white_photos_have_no_colour():
    assert np.isnan(liveliness_of_colour(PHOTO, np.repeat(PHOTO[..., :1], 3, 2)))
    assert liveliness_of_contrast(PHOTO, np.full_like(PHOTO, 0.5)) > 1
