"""Statistics that are gathered from strips."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

from ppcn.networks.stages import thumbnail
from ppcn.runtime.backends import kernel
from ppcn.runtime.engine.statistics import CellSums, cell_sums, statistic, sums, total

GATHERERS = [cell_sums, *([kernel.cell_sums] if kernel.instruction_sets() else [])]


@pytest.mark.parametrize("gather", GATHERERS)
@pytest.mark.parametrize("size", [(1, 1), (5, 200), (64, 64), (130, 129), (300, 70)])
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_thumbnails_of_strips_are_those_of_the_whole(gather: Callable[..., CellSums], size: tuple[int, int], rows: int):
    photo = np.random.default_rng(0).random((1, 3, *size), np.float32)
    strips = [gather(photo[:, :, top : top + rows], top, size[0]) for top in range(0, size[0], rows)]
    (found,) = statistic("thumbnail", total(strips))
    np.testing.assert_allclose(found, thumbnail(torch.from_numpy(photo).double()).numpy(), atol=1e-6)


@pytest.mark.skipif(not kernel.instruction_sets(), reason="the kernel was not built: it needs GCC or Clang")
def test_the_kernel_gathers_views_of_pixels():
    photo = np.random.default_rng(0).random((90, 80, 3), np.float32).transpose(2, 0, 1)[None]
    found, expected = (gather(photo[:, 1:], 0, 90) for gather in (kernel.cell_sums, cell_sums))
    assert isinstance(found, CellSums)
    np.testing.assert_allclose(found.sum, expected.sum, atol=1e-9)


def test_moments_are_those_of_all_values():
    photo = np.random.default_rng(0).random((1, 2, 50, 30), np.float32)
    mean, variance = statistic("moments", total([sums(photo[:, :, :20]), sums(photo[:, :, 20:])]))
    np.testing.assert_allclose(mean[0, :, 0, 0], photo[0].mean((1, 2)), rtol=1e-6)
    np.testing.assert_allclose(variance[0, :, 0, 0], photo[0].var((1, 2)), rtol=1e-5)
