"""Folders that are dropped onto the page."""

from pathlib import Path

import pytest
from builders import quarters
from PIL import Image
from playwright.sync_api import expect
from visitor import CHROMIUM, Visitor

pytestmark = [pytest.mark.web, CHROMIUM]


def drop(visitor: Visitor, *paths: Path) -> None:
    session = visitor.context.new_cdp_session(visitor.page)
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})


def test_the_photos_in_a_folder_are_taken(visit, tmp_path: Path):
    inner = tmp_path / "holiday/second day"
    inner.mkdir(parents=True)
    for path in (tmp_path / "holiday/a.jpg", inner / "b.png"):
        Image.fromarray(quarters()).save(path)
    (inner / "notes.txt").write_text("not a photo")
    visitor = visit()
    drop(visitor, tmp_path / "holiday")
    expect(visitor.page.locator("#photos [data-status=done]")).to_have_count(2)
    expect(visitor.page.locator("#photos .tile")).to_have_count(2)
    expect(visitor.page.locator("#name")).to_have_text("a.jpg")


def test_a_folder_without_photos_is_named(visit, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    visitor = visit()
    drop(visitor, tmp_path / "empty")
    sentence = "empty has no photos: they are JPEG, PNG, WebP, HEIC, AVIF, GIF or BMP files."
    expect(visitor.page.locator("#status")).to_have_text(sentence)
