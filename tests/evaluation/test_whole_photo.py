import numpy as np
import pytest
from PIL import Image

from ppcn.data import photographs
from ppcn.data.cameras import CAMERAS, GENTLE
from ppcn.evaluation import whole_photo as module
from ppcn.evaluation.whole_photo import COLUMNS, whole_photo
from ppcn.metrics import psnr


@pytest.fixture
def pairs(monkeypatch):
    rng = np.random.default_rng(0)
    originals = [rng.random((20, 30, 3), dtype=np.float32) for _ in range(12)]
    pairs = [(f"{k}.jpg", original * 0.5, original) for k, original in enumerate(originals)]
    monkeypatch.setattr(module, "held_out_pairs", lambda _folder, _width, draws=1: pairs * draws)
    return pairs


@pytest.fixture
def folder(tmp_path):
    """Two held-back photographs, the second dark, and one that is not held back."""
    rng = np.random.default_rng(0)
    names = [f"{number}.png" for number in range(200)]
    held_back = [name for name in names if photographs.is_held_back(tmp_path / name)][:2]
    for name, brightness in zip(
        [*held_back, next(n for n in names if n not in held_back)], (255, 60, 255), strict=True
    ):
        Image.fromarray((rng.random((200, 240, 3)) * brightness).astype(np.uint8)).save(tmp_path / name)
    return tmp_path


def test_figures_of_a_perfect_model(pairs, folder):
    shares = []
    figures = whole_photo(lambda photo: photo * 2, [folder], shares.append)
    assert (len(shares), shares[-1]) == (26, 1)
    assert sorted(shares) == shares
    assert figures["n"] == 24
    assert figures["psnr"] == figures["psnr_colour_fit"] == 100
    assert figures["ms_ssim"] == pytest.approx(1)
    assert figures["ciede2000"] == 0
    assert figures["colour"] == figures["contrast"] == figures["noise"] == pytest.approx(1)
    assert figures["degraded_psnr"] == pytest.approx(np.mean([psnr(a, b) for _, a, b in pairs]))
    assert figures["degraded_psnr_colour_fit"] > 60  # half the brightness is no more than a colour fit away
    assert figures["degraded_contrast"] == pytest.approx(0.5)


@pytest.mark.usefixtures("pairs")
def test_each_camera_degrades_the_other_photographs(folder):
    figures = whole_photo(lambda photo: photo, [folder])
    cameras = {row["camera"]: row for row in figures["cameras"]}
    assert list(cameras) == [name for name in CAMERAS if name != "undamaged"]
    for name, row in cameras.items():
        assert row["n"] == (2 if name in GENTLE else 1)
        assert {*row} == {"camera", "n", *COLUMNS}
        assert row["psnr"] < 50
    assert figures["leave_alone"] == 60
    assert whole_photo(lambda photo: photo + np.float32(0.1), [folder])["leave_alone"] == pytest.approx(20, abs=0.3)


@pytest.mark.usefixtures("pairs")
def test_figures_do_not_depend_on_other_photographs(folder):
    before = whole_photo(lambda photo: photo, [folder])["cameras"]
    more = folder / "more"
    more.mkdir()
    name = next(name for name in "abcdefgh" if not photographs.is_held_back(more / f"{name}.png"))
    Image.fromarray(np.full((200, 200, 3), 128, np.uint8)).save(more / f"{name}.png")
    assert whole_photo(lambda photo: photo, [folder, more])["cameras"] == before


@pytest.mark.usefixtures("pairs")
def test_a_folder_may_have_the_twelve_alone(tmp_path):
    Image.fromarray(np.full((20, 20, 3), 128, np.uint8)).save(tmp_path / photographs.HELD_OUT[0])
    figures = whole_photo(lambda photo: photo, [tmp_path])
    assert "cameras" not in figures
    assert "leave_alone" not in figures
