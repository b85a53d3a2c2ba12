import numpy as np
import pytest
import torch
from torch.nn import functional

from ppcn.images.pixels.resize import resize
from ppcn.networks.enlarge import SCALE, Enlarge


@pytest.mark.parametrize("size", [(1, 1), (1, 6), (2, 1), (3, 2), (11, 17)])
def test_is_the_bicubic_enlargement_up_to_the_borders(size):
    picture = np.random.default_rng(0).random((*size, 3))
    enlarge = Enlarge().double()
    blocks = enlarge(torch.from_numpy(picture).permute(2, 0, 1)[None])
    large = functional.pixel_shuffle(blocks, SCALE)[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(large, resize(picture, SCALE * size[0], SCALE * size[1]), atol=1e-12)


def test_autocast_changes_nothing():
    picture = torch.rand(1, 3, 5, 6, generator=torch.Generator().manual_seed(0))
    enlarge = Enlarge()
    with torch.autocast("cpu", torch.bfloat16):
        blocks = enlarge(picture)
    assert blocks.dtype == torch.float32
    assert torch.equal(blocks, enlarge(picture))
