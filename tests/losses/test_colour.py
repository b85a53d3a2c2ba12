import numpy as np
import pytest
import torch
from scipy import ndimage, stats

from ppcn.losses.colour import colour, taps


def test_the_papers_blur_has_its_peak():
    assert taps("paper").outer(taps("paper")).max().item() == pytest.approx(0.053, abs=1e-4)


def test_the_released_blur_is_the_root_of_a_product_of_areas():
    edges = np.linspace(-3 - 1 / 6, 3 + 1 / 6, 22)
    areas = np.diff(stats.norm.cdf(edges))
    kernel = np.sqrt(np.outer(areas, areas))
    np.testing.assert_allclose(taps("released").outer(taps("released")), kernel / kernel.sum(), rtol=1e-6)


@pytest.mark.parametrize("variant", ["paper", "released"])
def test_colour_is_half_the_squared_difference_of_blurred_pictures(variant):
    torch.manual_seed(0)
    output, target = torch.rand(2, 3, 25, 18, dtype=torch.float64), torch.rand(2, 3, 25, 18, dtype=torch.float64)
    kernel = taps(variant).outer(taps(variant))[None, None].numpy()
    blurred = [ndimage.convolve(batch.numpy(), kernel, mode="constant") for batch in (output, target)]
    expected = ((blurred[0] - blurred[1]) ** 2).sum() / (2 * len(output))
    assert colour(output, target, variant=variant).item() == pytest.approx(expected, rel=1e-9)


def test_a_patch_of_another_colour_by_hand():
    # Larger than the blur all around: in its middle, nothing but the difference itself is left.
    output, target = torch.full((1, 3, 61, 61), 0.5), torch.full((1, 3, 61, 61), 0.25)
    inside = 3 * 41**2 * 0.25**2 / 2
    assert inside < colour(output, target).item() < 3 * 61**2 * 0.25**2 / 2


def test_fine_texture_does_not_matter():
    rows, columns = torch.meshgrid(torch.arange(40), torch.arange(40), indexing="ij")
    board = ((rows + columns) % 2).float().expand(1, 3, 40, 40)
    flat = torch.full_like(board, 0.5)
    assert colour(board, flat) < 0.005 * ((board - flat).square().sum() / 2)


def test_colour_under_autocast_is_computed_in_float32():
    torch.manual_seed(0)
    output, target = torch.rand(1, 3, 20, 20), torch.rand(1, 3, 20, 20)
    with torch.autocast("cpu", torch.bfloat16):
        inside = colour(output, target)
    assert inside == colour(output, target)


def test_colour_gradient():
    torch.manual_seed(0)
    target = torch.rand(1, 2, 4, 3, dtype=torch.float64)
    output = torch.rand_like(target, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: colour(x, target), output, fast_mode=True)
