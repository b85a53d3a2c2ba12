"""The page's pixels are those of the Python library."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from visitor import CLOSE, SAMPLES

import ppcn
from ppcn import registry

WEIGHTS = Path(ppcn.__file__).parent / "weights"

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
    visitor = visit()
    for name in ("lake", "otter", "flowers", "harbour"):
        path = tmp_path / f"{name}.png"
        with Image.open(SAMPLES / f"{name}.jpg") as photo:
            part = photo.crop((300, 200, 430, 343))  # of two strips
        part.save(path)
        enhanced = ppcn.enhance(part)
    for mode, expected, steps in (("Enlarge", ppcn.upscale(part), 1), ("Both", ppcn.upscale(enhanced), 2)):
        visitor.choose(path)
        visitor.set_mode(mode)
        assert np.abs(visitor.shown() - np.asarray(expected)).max() <= steps * CLOSE


def test_enlarged_twice_and_cleaned(visit, tmp_path: Path):
    path = tmp_path / "lake.png"
    with Image.open(SAMPLES / "lake.jpg") as photo:
        part = photo.crop((300, 200, 430, 470))  # of two strips
    part.save(path)
    visitor = visit()
    visitor.choose(path)
    visitor.set_mode("Enlarge")
    visitor.set_mode("×2")
    assert np.abs(visitor.shown() - np.asarray(ppcn.upscale(part, scale=2)).astype(int)).max() <= 2 * CLOSE
    visitor.page.get_by_label("Old or poor photo").check()
    visitor.wait_for_result()
    expected = ppcn.upscale(part, scale=2, model="upscaler.restore")
    assert np.abs(visitor.shown() - np.asarray(expected).astype(int)).max() <= 2 * CLOSE


@pytest.mark.parametrize("task", ["enhance", "upscale"])
def test_every_network(visit, site: str, tmp_path: Path, task: str):
    path = tmp_path / "lake.png"
    with Image.open(SAMPLES / "lake.jpg") as photo:
        part = photo.crop((300, 200, 430, 470))  # of two strips
    part.save(path)
    for card in registry.cards():
        if (card.task == "enhancement") != (task == "enhance") or not (WEIGHTS / f"{card.name}.toml").is_file():
            continue
        visitor = visit(address=f"{site}?{task}={card.name}")
        visitor.choose(path)
        visitor.set_mode({"enhance": "Enhance", "upscale": "Enlarge"}[task])
        expected = getattr(ppcn, task)(part, model=card.name)
        assert np.abs(visitor.shown() - np.asarray(expected).astype(int)).max() <= CLOSE, card.name


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
            assert np.abs(pixels(visitor.save().path) - expected).max() <= allowed
