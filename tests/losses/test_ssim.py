import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from ppcn.losses.ssim import ssim_loss


@pytest.fixture
def pair():
    torch.manual_seed(0)
    target = torch.rand(2, 3, 30, 40)
    return (target + 0.2 * torch.randn_like(target)).clamp(0, 1), target


def test_ssim_is_that_of_scikit_image(pair):
    images = [batch.permute(0, 2, 3, 1).numpy() for batch in pair]
    options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1}
    expected = np.mean([structural_similarity(x, y, channel_axis=2, **options) for x, y in zip(*images, strict=True)])
    assert ssim_loss(*pair).item() == pytest.approx(1 - expected, abs=1e-5)


def test_ssim_in_bfloat16_is_computed_in_float32(pair):
    output, target = (batch.bfloat16() for batch in pair)
    expected = ssim_loss(output.float(), target.float())
    with torch.autocast("cpu", torch.bfloat16):
        assert ssim_loss(output, target) == expected


def test_equal_pictures_lose_nothing(pair):
    assert ssim_loss(pair[1], pair[1]).item() == pytest.approx(0, abs=1e-6)


def test_ssim_gradient():
    torch.manual_seed(0)
    target = torch.rand(1, 1, 12, 12, dtype=torch.float64)
    output = torch.rand_like(target, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: ssim_loss(x, target), output, fast_mode=True)
