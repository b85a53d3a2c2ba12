"""The page's pixels are those of the Python library."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from visitor import CLOSE, SAMPLES

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
            expected = np.asarray(ppcn.enhance(photo)).astype(int)
        assert np.abs(visitor.shown() - expected).max() <= CLOSE


def test_enlarged(visit, tmp_path: Path):
    path = tmp_path / "otter.png"
    with Image.open(SAMPLES / "otter.jpg") as photo:
        photo.crop((300, 200, 430, 283)).save(path)
    visitor = visit()
    visitor.enhance(path)
    visitor.set_mode("Upscale ×4")
    with Image.open(path) as photo:
        expected = np.asarray(ppcn.upscale(photo)).astype(int)
    assert np.abs(visitor.shown() - expected).max() <= CLOSE
    visitor.set_mode("Both")
    with Image.open(path) as photo:
        expected = np.asarray(ppcn.upscale(ppcn.enhance(photo))).astype(int)
    assert np.abs(visitor.shown() - expected).max() <= 2 * CLOSE  # between both the library rounds to whole numbers


def test_strength(visit, tmp_path: Path):
    path = tmp_path / "otter.png"
    with Image.open(SAMPLES / "otter.jpg") as photo:
        photo.save(path)
    visitor = visit()
    visitor.enhance(path)
    with Image.open(path) as photo:
        for strength, allowed in ((100, CLOSE), (50, CLOSE), (0, 0)):
            visitor.set_strength(strength)
            expected = np.asarray(ppcn.enhance(photo, strength=strength / 100)).astype(int)
            assert np.abs(pixels(visitor.save().path()) - expected).max() <= allowed
