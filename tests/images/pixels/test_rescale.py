import numpy as np
import pytest
from PIL import Image

from ppcn.images.pixels import row_blocks
from ppcn.images.pixels.rescale import rescale
from ppcn.images.pixels.resize import LANCZOS, resize

KINDS = ["uint8", "uint16", "float32", "float64"]


def smooth(height: int, width: int) -> np.ndarray:
    """Return HxWx3 uint8 with gradients, an edge and some noise, far enough from 0 and 255 for kernels to overshoot."""
    down, across = np.linspace(0, 1, height)[:, None], np.linspace(0, 1, width)[None]
    planes = np.stack([down * across, (across > 0.5) * down, 1 - across + 0 * down], 2)
    planes += 0.05 * np.random.default_rng(0).standard_normal(planes.shape)
    return (70 + 110 * planes.clip(0, 1)).astype(np.uint8)


@pytest.mark.parametrize("new", [2, 3])
def test_shrinks_as_pillow_does_with_lanczos(new: int):
    pixels = smooth(80, 120)
    wanted = Image.fromarray(pixels).resize((30 * new, 20 * new), Image.Resampling.LANCZOS)
    inner = np.s_[4:-4, 4:-4]  # at borders it cuts the kernel off where we mirror
    assert np.abs(rescale(pixels, 4, new)[inner].astype(int) - np.asarray(wanted)[inner]).max() <= 1


@pytest.mark.parametrize("new", [2, 3, 4])
def test_grows_as_pillow_does_with_bicubic(new: int):
    pixels = smooth(20, 30)
    wanted = Image.fromarray(pixels).resize((30 * new, 20 * new), Image.Resampling.BICUBIC)
    inner = np.s_[8:-8, 8:-8]
    assert np.abs(rescale(pixels, 1, new)[inner].astype(int) - np.asarray(wanted)[inner]).max() <= 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", [0, 0.31, 1])
@pytest.mark.parametrize(("old", "new"), [(1, 4), (4, 3), (4, 2)])
def test_flat_stays_flat(kind: str, value: float, old: int, new: int):
    peak = {"uint8": 255, "uint16": 65535}.get(kind, 1)
    pixels = np.full((4 * old, 5 * old, 2), value * peak).astype(kind)
    result = rescale(pixels, old, new)
    assert result.dtype == pixels.dtype
    assert result.shape == (4 * new, 5 * new, 2)
    np.testing.assert_allclose(result, pixels[0, 0, 0], rtol=1e-6)


@pytest.mark.parametrize(("old", "new"), [(1, 4), (4, 3), (4, 2)])
@pytest.mark.parametrize("rows", [1, 5])
def test_blocks_leave_no_seams(old: int, new: int, rows: int, monkeypatch: pytest.MonkeyPatch):
    pixels = np.random.default_rng(0).integers(0, 256, (23 * old, 7 * old, 3), np.uint8)
    whole = rescale(pixels, old, new)
    monkeypatch.setattr(row_blocks, "BLOCK_PIXELS", rows * 7)
    assert np.array_equal(rescale(pixels, old, new), whole)


def test_lanczos_is_that_of_three_lobes():
    impulse = np.zeros((1, 41, 1))
    impulse[0, 20] = 1
    found = resize(impulse, 1, 41 * 3, LANCZOS)[0, :, 0]
    offsets = (np.arange(41 * 3) - 61) / 3
    assert found == pytest.approx(np.where(abs(offsets) < 3, np.sinc(offsets) * np.sinc(offsets / 3), 0), abs=0.02)
