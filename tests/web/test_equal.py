"""The page's pixels are those of the Python library."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from visitor import CLOSE, ENHANCER, SAMPLES

import ppcn

pytestmark = pytest.mark.web


def pixels(path: Path) -> np.ndarray:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def test_samples(visit):
    visitor = visit()
    for name in ("lake", "otter", "flowers", "harbour"):
        path = SAMPLES / f"{name}.jpg"
        visitor.enhance(path)
        with Image.open(path) as photo:
            expected = np.asarray(ppcn.enhance(photo, model=ENHANCER)).astype(int)
        assert np.abs(visitor.shown() - expected).max() <= CLOSE


def test_enlarged(visit, tmp_path: Path):
    visitor = visit()
    for name in ("lake", "otter", "flowers", "harbour"):
        path = tmp_path / f"{name}.png"
        with Image.open(SAMPLES / f"{name}.jpg") as photo:
            part = photo.crop((300, 200, 430, 343))  # of two strips
        part.save(path)
        enhanced = ppcn.enhance(part, model=ENHANCER)
    for mode, expected in (("Upscale ×4", ppcn.upscale(part)), ("Both", ppcn.upscale(enhanced))):
        visitor.choose(path)
        visitor.set_mode(mode)
        assert np.abs(visitor.shown() - np.asarray(expected)).max() <= CLOSE


def test_strength(visit, tmp_path: Path):
    path = tmp_path / "otter.png"
    with Image.open(SAMPLES / "otter.jpg") as photo:
        photo.save(path)
    visitor = visit()
    visitor.enhance(path)
    with Image.open(path) as photo:
        for strength, allowed in ((100, CLOSE), (50, CLOSE), (0, 0)):
            visitor.set_strength(strength)
            expected = np.asarray(ppcn.enhance(photo, strength=strength / 100, model=ENHANCER)).astype(int)
            assert np.abs(pixels(visitor.save().path) - expected).max() <= allowed
