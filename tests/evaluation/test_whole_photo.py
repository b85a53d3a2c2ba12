import numpy as np
import pytest

from ppcn.evaluation import whole_photo as module
from ppcn.evaluation.whole_photo import whole_photo
from ppcn.metrics import psnr


@pytest.fixture
def pairs(monkeypatch):
    rng = np.random.default_rng(0)
    originals = [rng.random((20, 30, 3), dtype=np.float32) for _ in range(12)]
    pairs = [(f"{k}.jpg", original * 0.5, original) for k, original in enumerate(originals)]
    monkeypatch.setattr(module, "held_out_pairs", lambda _folder, _width, draws=1: pairs * draws)
    return pairs


def test_figures_of_a_perfect_model(pairs, tmp_path):
    shares = []
    figures = whole_photo(lambda photo: photo * 2, tmp_path, shares.append)
    assert (len(shares), shares[-1]) == (24, 1)
    assert figures["n"] == 24
    assert figures["psnr"] == figures["psnr_colour_fit"] == 100
    assert figures["ms_ssim"] == pytest.approx(1)
    assert figures["degraded_psnr"] == pytest.approx(np.mean([psnr(a, b) for _, a, b in pairs]))
    assert figures["degraded_psnr_colour_fit"] > 60  # half the brightness is no more than a colour fit away
