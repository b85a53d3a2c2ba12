import numpy as np
import pytest

from ppcn.data.originals import find_originals, reduced, rounded, trimmed
from ppcn.errors import DataError
from ppcn.images.pixels.resize import resize


def touch(folder, *names):
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()  # nobody looks inside
    return folder


def test_originals_are_pictures_of_full_size(tmp_path):
    touch(tmp_path, "b.png", "a.JPG", ".hidden.png", "manifest.json", "ax4.png", "img_001_SRF_4_LR.png", "max.png")
    assert [path.name for path in find_originals(tmp_path)] == ["a.JPG", "b.png", "max.png"]


def test_folders_without_originals_are_named(tmp_path):
    with pytest.raises(DataError, match=r"There is no folder .*none\."):
        find_originals(tmp_path / "none")
    with pytest.raises(DataError, match="holds no pictures"):
        find_originals(touch(tmp_path, "manifest.json"))
    with pytest.raises(DataError, match=r"low-resolution pictures only, such as ax4\.png: give"):
        find_originals(touch(tmp_path, "bx4.png", "ax4.png"))


def test_pictures_are_trimmed_below_and_at_the_right():
    picture = np.random.default_rng(0).random((11, 16, 3), np.float32)
    np.testing.assert_array_equal(trimmed(picture, 4), picture[:8])
    np.testing.assert_array_equal(trimmed(picture, 3), picture[:9, :15])


def test_halves_are_rounded_up_and_the_rest_is_clipped():
    levels = np.array([-3, 0, 0.49, 0.5, 1.5, 2.51, 254.5, 255, 300])
    np.testing.assert_allclose(255 * rounded(levels / 255), [0, 0, 0, 1, 2, 3, 255, 255, 255], atol=1e-4)
    assert rounded(levels).dtype == np.float32


def test_small_pictures_are_bicubic_in_8_bits():
    picture = np.random.default_rng(0).random((12, 20, 3), np.float32)
    small = reduced(picture, 4)
    assert small.shape == (3, 5, 3)
    np.testing.assert_array_equal(small, rounded(small))
    np.testing.assert_allclose(small, resize(picture, 3, 5), atol=0.5 / 255 + 1e-6)
