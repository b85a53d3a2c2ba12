"""Statistics of whole photos."""

import pytest
import torch
from torch.nn import functional

from ppcn.networks.stages import THUMBNAIL, thumbnail


def test_cells_are_area_means():
    x = torch.rand(2, 3, 3 * THUMBNAIL, 5 * THUMBNAIL)
    torch.testing.assert_close(thumbnail(x), functional.avg_pool2d(x, (3, 5)))


@pytest.mark.parametrize("size", [(1, 1), (17, 100), (100, 63), (130, 129)])
def test_a_thumbnail_keeps_the_mean(size):
    x = torch.rand(1, 2, *size)
    torch.testing.assert_close(thumbnail(x).mean((2, 3)), x.mean((2, 3)))


def test_a_small_photo_repeats_its_pixels():
    x = torch.rand(1, 1, THUMBNAIL // 4, THUMBNAIL // 2)
    torch.testing.assert_close(thumbnail(x), functional.interpolate(x, (THUMBNAIL, THUMBNAIL)))
