import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ppcn.images.pixels.resize import resize

sizes = st.integers(1, 20)


def direct(row, size):
    """One row pixel by pixel, as MATLAB's imresize documents it."""
    scale = size / len(row)
    stretch = min(scale, 1)
    result = []
    for i in range(size):
        centre = (i + 0.5) / scale - 0.5
        total = weight = 0.0
        for tap in range(int(centre - 2 / stretch) - 3, int(centre + 2 / stretch) + 4):
            x = abs(centre - tap) * stretch
            w = 1.5 * x**3 - 2.5 * x**2 + 1 if x <= 1 else -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0
            inside = tap % (2 * len(row))
            total += w * row[inside if inside < len(row) else 2 * len(row) - 1 - inside]
            weight += w
        result.append(total / weight)
    return result


@given(old=sizes, new=sizes, seed=st.integers(0, 1000))
def test_agrees_with_the_direct_form(old, new, seed):
    row = np.random.default_rng(seed).random(old)
    np.testing.assert_allclose(resize(row[:, None], new, 1)[:, 0], direct(row, new), atol=1e-12)
    np.testing.assert_allclose(resize(row[None], 1, new)[0], direct(row, new), atol=1e-12)


@given(height=sizes, width=sizes, to_height=sizes, to_width=sizes)
def test_a_flat_picture_stays_flat(height, width, to_height, to_width):
    picture = np.full((height, width, 3), 0.25)
    np.testing.assert_allclose(resize(picture, to_height, to_width), np.full((to_height, to_width, 3), 0.25))


def test_the_same_size_changes_nothing():
    picture = np.random.default_rng(1).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    np.testing.assert_allclose(resize(picture, 7, 9), picture, atol=1e-10)
