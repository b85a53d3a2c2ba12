"""Grey photos stay grey, as in the library."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from visitor import CLOSE, SAMPLES

import ppcn

pytestmark = pytest.mark.web


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
def test_grey_stays_grey(visit, tmp_path: Path, kind: str, mode: str):
    path = tmp_path / f"grey.{kind}"
    with Image.open(SAMPLES / "lake.jpg") as photo:
        photo.convert("L").resize((300, 168)).convert(mode).save(path, quality=90)
    visitor = visit()
    visitor.enhance(path)
    shown = visitor.shown()
    assert (shown.max(axis=2) == shown.min(axis=2)).all()
    with Image.open(path) as photo:
        expected = np.asarray(ppcn.enhance(photo.convert("L"))).astype(int)
    assert np.abs(shown[..., 0] - expected).max() <= CLOSE
    with Image.open(visitor.save().path) as result:
        saved = np.asarray(result.convert("RGB")).astype(int)
    assert (saved.max(axis=2) - saved.min(axis=2)).max() <= 1


def test_grey_stays_grey_when_enlarged(visit, tmp_path: Path):
    path = tmp_path / "grey.png"
    with Image.open(SAMPLES / "lake.jpg") as photo:
        small = photo.convert("L").resize((60, 40))
    small.save(path)
    visitor = visit()
    visitor.enhance(path)
    enhanced = ppcn.enhance(small)
    for mode, expected, steps in (("Enlarge", ppcn.upscale(small), 1), ("Both", ppcn.upscale(enhanced), 2)):
        visitor.set_mode(mode)
        shown = visitor.shown()
        assert (shown.max(axis=2) == shown.min(axis=2)).all()
        assert np.abs(shown[..., 0] - np.asarray(expected).astype(int)).max() <= steps * CLOSE
