"""Photos that do not fit into memory with all that a network makes of them."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from visitor import CHROMIUM, CLOSE, ROOT

import ppcn

pytestmark = [pytest.mark.web, CHROMIUM]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of 12 megapixels."""
    path = tmp_path_factory.mktemp("large") / "large.png"
    with Image.open(ROOT / "samples/harbour.jpg") as photo:
        photo.resize((4000, 3000), Image.Resampling.BICUBIC).save(path, compress_level=1)
    return path


def check(saved: Path, path: Path) -> None:
    """Compare what the page saved of a photo with what the library makes of it."""
    with Image.open(saved) as result, Image.open(path) as photo:
        expected = np.asarray(ppcn.enhance(photo))
        difference = np.asarray(result.convert("RGB")).astype(np.int16) - expected
    assert np.abs(difference).max() <= CLOSE


def test_twelve_megapixels_and_cancelling(visit, large: Path):
    visitor = visit()
    page = visitor.page
    visitor.choose(large)
    expect(page.locator("#stage")).to_have_class(re.compile("compared"))  # a first look, long before the result
    expect(page.locator("#working-text")).to_contain_text("Enhancing")
    assert page.locator("#save").is_disabled()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#note-text")).to_have_text("Cancelled.")
    expect(page.locator("#stage")).not_to_have_class(re.compile("compared"))
    assert page.locator("#save").is_disabled()

    page.get_by_role("button", name="Start again").click()
    visitor.wait_for_result()
    check(visitor.save().path, large)


def test_what_cannot_be_written_is_offered_smaller(visit, tmp_path: Path):
    """66,000 pixels are more than Chromium's canvases are wide."""
    path = tmp_path / "panorama.png"
    with Image.open(ROOT / "samples/harbour.jpg") as photo:
        photo.resize((66_000, 100)).save(path, compress_level=1)
    visitor = visit()
    visitor.choose(path)
    button = visitor.page.get_by_role("button", name="Go on with 4 megapixels")
    expect(button).to_be_visible()
    expect(visitor.page.locator("#note-text")).to_contain_text("panorama.png has 66000 × 100 pixels")
    button.click()
    visitor.wait_for_result()
    with Image.open(visitor.save().path) as result:
        assert result.width / result.height == pytest.approx(660, rel=0.02)
        assert 3.9e6 < result.width * result.height <= 4e6


@pytest.mark.slow
def test_forty_eight_megapixels(visit, tmp_path: Path):
    """Their maps are not kept, on whatever machine, but computed again."""
    path = tmp_path / "huge.png"
    with Image.open(ROOT / "samples/harbour.jpg") as photo:
        photo.resize((8000, 6000), Image.Resampling.BICUBIC).save(path, compress_level=1)
    visitor = visit("phone")
    visitor.choose(path)
    expect(visitor.page.locator("#save")).to_be_enabled(timeout=1_800_000)
    check(visitor.save().path, path)
