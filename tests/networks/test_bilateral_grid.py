"""Slicing a bilateral grid of colour transforms."""

import pytest
import torch

from ppcn.networks.bilateral_grid import CELLS, COEFFICIENTS, LEVELS, by_hats, by_sampling, guide, slice_grid

SHAPE = (LEVELS, COEFFICIENTS, CELLS, CELLS)


def place(first: int, height: int) -> torch.Tensor:
    return torch.tensor([float(first), float(height)])


@pytest.mark.parametrize("size", [(1, 1), (3, 50), (64, 64), (75, 131)])
@pytest.mark.parametrize("function", [by_hats, slice_grid])
def test_each_pixel_gets_the_transform_between_eight_neighbours(function, size):
    torch.manual_seed(0)
    image, grid = torch.rand(1, 3, *size), torch.randn(SHAPE)
    sliced = function(image, grid.view(1, -1, CELLS, CELLS), place(0, size[0]))
    for y, x in {(0, 0), (size[0] // 2, size[1] // 3), (size[0] - 1, size[1] - 1)}:
        at = [float(guide(image)[0, 0, y, x])]
        at += [min(max((i + 0.5) * CELLS / count - 0.5, 0), CELLS - 1) for i, count in zip((y, x), size, strict=True)]
        transform = torch.zeros(COEFFICIENTS)
        for level in range(LEVELS):
            for row in range(CELLS):
                for column in range(CELLS):
                    near = [max(0, 1 - abs(a - b)) for a, b in zip(at, (level, row, column), strict=True)]
                    transform += near[0] * near[1] * near[2] * grid[level, :, row, column]
        expected = transform.view(3, 4) @ torch.cat([image[0, :, y, x], torch.ones(1)])
        torch.testing.assert_close(sliced[0, :, y, x], expected, rtol=1e-4, atol=1e-4)


def test_strips_know_their_place():
    image, grid = torch.rand(2, 3, 70, 40), torch.randn(2, LEVELS * COEFFICIENTS, CELLS, CELLS)
    whole, strip = by_hats(image, grid, place(0, 70)), by_hats(image[:, :, 20:33], grid, place(20, 70))
    torch.testing.assert_close(strip, whole[:, :, 20:33], rtol=1e-5, atol=1e-5)


def test_parts_know_their_place():
    image, grid = torch.rand(2, 3, 70, 40), torch.randn(2, LEVELS * COEFFICIENTS, CELLS, CELLS)
    whole = slice_grid(image, grid, place(0, 70))
    parts = torch.stack([image[0, :, 14:35, 10:20], image[1, :, 49:, 30:]])
    boxes = torch.tensor([[0.2, 0.5, 0.25, 0.5], [0.7, 1, 0.75, 1]])
    found = by_sampling(parts, grid, boxes)
    torch.testing.assert_close(found[0], whole[0, :, 14:35, 10:20], rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(found[1], whole[1, :, 49:, 30:], rtol=1e-4, atol=1e-4)


def test_levels_run_from_black_to_white():
    grey = torch.tensor([0, 1.0]).view(1, 1, 1, 2).expand(1, 3, 1, 2)
    torch.testing.assert_close(guide(grey).flatten(), torch.tensor([0, LEVELS - 1.0]))
