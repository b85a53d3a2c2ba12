"""Results reach the disk, all of them, and none is lost by accident."""

import struct
import zipfile
from pathlib import Path

import pytest
from builders import MAKER_NOTE, camera_exif, quarters
from PIL import Image
from playwright.sync_api import Dialog, expect
from visitor import ROOT, SAMPLES, small_photos

pytestmark = pytest.mark.web

LATITUDE = struct.pack(">6I", 47, 1, 22, 1, 61, 2)  # of camera_exif
MANY = 12  # browsers let a page start ten downloads


def test_many_photos_go_into_one_archive(visit, tmp_path: Path):
    names = [f"{number}.jpg" for number in range(MANY - 1)]
    visitor = visit()
    button = visitor.page.locator("#save-all")
    visitor.choose(*small_photos(tmp_path, *names, "other/0.jpg"))  # two of the same name
    visitor.wait_until_done(MANY)
    expect(button).to_have_text("Save all")
    saved = visitor.download(button.click)
    expect(visitor.page.locator("#status")).to_have_text(f"{MANY} of {MANY} photos are saved in photos.zip.")
    assert saved.name == "photos.zip"
    with zipfile.ZipFile(saved.path) as archive:
        assert archive.testzip() is None
        expected = [f"{number}.enhanced.jpg" for number in range(MANY - 1)] + ["0.enhanced (2).jpg"]
        assert sorted(archive.namelist()) == sorted(expected)
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
        for name in archive.namelist():
            with archive.open(name) as file, Image.open(file) as picture:
                assert picture.size == (64, 48)


def test_format_quality_and_place_are_chosen_once(visit, tmp_path: Path):
    path = tmp_path / "photo.jpg"
    Image.fromarray(quarters()).save(path, exif=b"Exif\0\0" + camera_exif(6), quality=95)
    visitor = visit()
    page = visitor.page
    visitor.enhance(path)
    whole = visitor.save().path.read_bytes()
    assert LATITUDE in whole
    page.get_by_role("button", name="How to save").click()
    page.get_by_label("Leave out where the photo was taken").check()
    page.get_by_label("Quality").fill("60")
    page.get_by_role("button", name="Done").click()
    saved = visitor.save()
    assert saved.path.stat().st_size < len(whole)
    check_exif_without_place(saved.path)
    page.reload()
    visitor.enhance(path)
    page.get_by_role("button", name="How to save").click()
    expect(page.get_by_label("Quality")).to_have_value("60")
    for title, suffix in (("PNG", "png"), ("WebP", "webp"), ("JPEG", "jpg")):
        page.get_by_label("Format").select_option(title)
        expect(page.locator("#saving-quality-label")).to_be_visible(visible=title != "PNG")
        page.keyboard.press("Escape")
        saved = visitor.save()
        assert saved.name == f"photo.enhanced.{suffix}"
        check_exif_without_place(saved.path)
        page.get_by_role("button", name="How to save").click()


def check_exif_without_place(path: Path) -> None:
    with Image.open(path) as result:
        exif = result.getexif()
    assert (exif[0x0112], exif[0x0110], exif.get_ifd(0x8769)[0x927C]) == (1, "Model 7", MAKER_NOTE)
    assert 0x8825 not in exif
    assert LATITUDE not in path.read_bytes()


def test_a_jpeg_of_a_transparent_photo_is_white_behind_it(visit, tmp_path: Path):
    path = tmp_path / "cut.png"
    Image.new("RGBA", (60, 40), (200, 0, 0, 0)).save(path)
    visitor = visit()
    visitor.enhance(path)
    visitor.page.locator("#settings").click()
    visitor.page.get_by_label("Format").select_option("JPEG")
    visitor.page.keyboard.press("Escape")
    with Image.open(visitor.save().path) as result:
        assert result.getextrema() == ((255, 255),) * 3


def test_a_photo_that_changes_its_mode_does_not_change_the_archive(visit, tmp_path: Path):
    visitor = visit()
    names = [f"{number}.jpg" for number in range(MANY)]
    visitor.choose(*small_photos(tmp_path, *names))
    visitor.wait_until_done(MANY)
    visitor.page.locator(".tile").last.click()
    page = visitor.page
    saved = visitor.download(
        lambda: page.evaluate("""() => {
        document.getElementById("save-all").click();
        document.querySelector("#modes [value=both]").click();
    }""")
    )
    with zipfile.ZipFile(saved.path) as archive:
        assert sorted(archive.namelist()) == sorted(name.replace(".", ".enhanced.") for name in names)


def test_the_button_says_how_many_are_done(visit, tmp_path: Path):
    visitor = visit("phone")
    button = visitor.page.locator("#save-all")
    visitor.choose(*small_photos(tmp_path, "one.jpg", "two.jpg"), ROOT / "README.md")
    visitor.wait_until_done(2)
    expect(button).to_have_text("Save 2 of 3")
    saved = visitor.download(button.click)
    with zipfile.ZipFile(saved.path) as archive:
        assert archive.namelist() == ["one.enhanced.jpg", "two.enhanced.jpg"]
    expect(visitor.page.locator("#status")).to_have_text("2 of 3 photos are saved in photos.zip.")


def test_going_back_closing_and_removing_ask_for_unsaved_results(visit, tmp_path: Path):
    visitor = visit()
    page = visitor.page
    question, keep = page.locator("#question-text"), page.get_by_role("button", name="Keep")
    visitor.choose(*small_photos(tmp_path, "one.jpg", "two.jpg"))
    visitor.wait_until_done(2)
    page.evaluate("history.back()")
    expect(question).to_have_text("2 results are not saved.")
    visitor.look("question")
    keep.click()
    page.get_by_role("button", name="Close all photos").click()
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(page.locator("#name")).to_have_text("one.jpg")

    page.get_by_role("button", name="Remove one.jpg").click()
    expect(question).to_have_text("The result of one.jpg is not saved.")
    page.get_by_role("button", name="Remove photo").click()
    expect(page.locator("#name")).to_have_text("two.jpg")
    expect(page.locator("#photos .tile")).to_have_count(1)

    visitor.save()
    page.evaluate("history.back()")  # nothing to ask
    expect(page.get_by_role("button", name="Choose photos")).to_be_focused()
    visitor.enhance(SAMPLES / "lake.jpg")
    page.get_by_role("button", name="Close all photos").click()
    page.locator("#question-yes").click()
    expect(page.get_by_role("button", name="Choose photos")).to_be_focused()


def test_reloading_asks_for_unsaved_results(visit, tmp_path: Path):
    visitor = visit()
    page = visitor.page
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    visitor.choose(*small_photos(tmp_path, "one.jpg"))
    visitor.wait_for_result()
    page.locator("#stage").click()  # browsers ask only those who have touched the page
    page.evaluate("setTimeout(() => location.reload())")
    for _ in range(100):
        page.wait_for_timeout(100)
        if asked:
            break
    assert asked == ["beforeunload"]
    expect(page.locator("#name")).to_have_text("one.jpg")
    visitor.save()
    page.goto(page.url)
    expect(page.locator("#welcome")).to_be_visible()
    assert asked == ["beforeunload"]
