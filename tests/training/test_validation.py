import numpy as np
import pytest
import torch
from torch import nn

from ppcn.metrics import Metric, psnr_y, ssim_y
from ppcn.training.validation import SHOWN, Validation, of_enhancement, of_super_resolution


class Makes(nn.Module):
    """Makes what a function of the picture, HxWx3, makes."""

    def __init__(self, function):
        super().__init__()
        self.device = nn.Parameter(torch.zeros(1))
        self.function = function

    def forward(self, image):
        made = self.function(image[0].permute(1, 2, 0).numpy())
        return torch.from_numpy(np.ascontiguousarray(made)).permute(2, 0, 1)[None]


def picture(height, width, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3)).astype(np.float32) / np.float32(255)


@pytest.fixture
def small_and_large():
    """Two originals, and the fourth row and column of each."""
    larges = [picture(24, 28, seed) for seed in range(2)]
    return [(large[::4, ::4], large) for large in larges]


def repeated(small):
    return small.repeat(4, 0).repeat(4, 1)


def test_an_enhancer_is_judged_by_pairs_and_by_the_chart():
    pairs = [(picture(20, 24, seed), picture(20, 24, seed) ** 2) for seed in range(2)]
    validation = of_enhancement(pairs)
    figures = validation(Makes(lambda photo: photo**2))
    assert list(figures) == ["psnr", "ms_ssim", "psnr_colour_fit", "hue", "grey_cast"]
    assert figures["psnr"] > 90
    assert figures["grey_cast"] == pytest.approx(0, abs=1e-5)
    assert validation.decides == "psnr"
    assert validation(Makes(lambda photo: photo[..., ::-1]))["hue"] > 59


def test_the_chart_is_left_where_there_are_no_pairs():
    assert of_enhancement([])(Makes(lambda photo: photo)) == pytest.approx({"hue": 0, "grey_cast": 0}, abs=1e-3)


def test_an_enlarger_is_judged_on_y_inside_and_in_8_bits(small_and_large):
    validation = of_super_resolution(small_and_large)
    figures = validation(Makes(repeated))
    assert list(figures) == ["psnr_y", "ssim_y"]
    assert validation.decides == "psnr_y"
    inner = [(repeated(small)[4:-4, 4:-4], large[4:-4, 4:-4]) for small, large in small_and_large]
    assert figures == pytest.approx(
        {m.__name__: np.mean([m(*pair) for pair in inner]) for m in (psnr_y, ssim_y)}, abs=1e-6
    )

    def spoiled(small):
        large = repeated(small) + np.float32(0.3 / 255)
        large[:4] = large[-4:] = 0
        large[:, :4] = large[:, -4:] = 0
        return large

    assert validation(Makes(spoiled)) == pytest.approx(figures, abs=1e-6)


def test_the_first_pairs_are_shown(small_and_large):
    sheets = list(of_super_resolution(3 * small_and_large).sheets(Makes(repeated)))
    assert len(sheets) == SHOWN
    for (small, output, large), pair in zip(sheets, 3 * small_and_large, strict=False):
        assert small is pair[0]
        assert large is pair[1]
        np.testing.assert_allclose(output, repeated(small), atol=1e-7)


def test_the_first_metric_that_is_higher_for_better_pictures_decides():
    metrics = {
        "error": Metric(lambda *_: 0.5, "Error", 2, (), higher_is_better=False),
        "one": Metric(lambda *_: 1.0, "One", 2, ()),
        "two": Metric(lambda *_: 2.0, "Two", 2, ()),
    }
    validation = Validation([(picture(2, 2), picture(2, 2))], metrics)
    assert validation.decides == "one"
    assert validation(Makes(lambda photo: photo)) == {"error": 0.5, "one": 1.0, "two": 2.0}
