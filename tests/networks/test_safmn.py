import pytest
import torch
from torch.nn import functional

from ppcn.networks.safmn import CHANNELS, POOLS, _Block, _Norm, _swish


def as_published(block, x):
    """A block's modulation by windows that divide the whole map (Sun et al. 2023): adaptive pooling, and back."""
    height, width = x.shape[2:]
    found = []
    for part, pool, convolve in zip(x.chunk(len(POOLS), 1), POOLS, block.sizes, strict=True):
        coarse = convolve(functional.adaptive_max_pool2d(part, (height // pool, width // pool)))
        found.append(functional.interpolate(coarse, size=(height, width), mode="nearest"))
    return x * _swish(block.mix(torch.cat(found, 1)))


@torch.no_grad()
@pytest.mark.parametrize("size", [(8, 8), (24, 40)])
def test_windows_are_as_published_where_eight_divides_a_photo(size):
    torch.manual_seed(0)
    block, x = _Block().double(), torch.randn(2, CHANNELS, *size, dtype=torch.float64)
    torch.testing.assert_close(block._modulated(x), as_published(block, x))


@torch.no_grad()
def test_each_pixel_is_normalised_over_its_channels():
    torch.manual_seed(0)
    norm, x = _Norm().double(), torch.randn(1, CHANNELS, 5, 7, dtype=torch.float64)
    torch.nn.init.normal_(norm.weight)
    torch.nn.init.normal_(norm.bias)
    wanted = functional.layer_norm(x.movedim(1, -1), (CHANNELS,), norm.weight, norm.bias, 1e-6).movedim(-1, 1)
    torch.testing.assert_close(norm(x), wanted)


def test_its_function_is_near_gelu():
    x = torch.linspace(-9, 9, 10_001, dtype=torch.float64)
    torch.testing.assert_close(_swish(x), functional.gelu(x), atol=0.018, rtol=0)


def test_its_function_is_a_rectifier_beyond_its_ends():
    x = torch.tensor([-1000.0, -2.4475, 2.4475, 1000.0])
    torch.testing.assert_close(_swish(x), x.clamp(min=0), atol=0, rtol=1e-6)
