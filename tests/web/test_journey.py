"""What a visitor does, on a phone and on a desktop, in both themes."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from visitor import CHROMIUM, ROOT, SAMPLES, STATIC, Visitor, small_photos

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"

pytestmark = pytest.mark.web


def check_accessibility(visitor: Visitor) -> None:
    """Hold what is on the screen to WCAG 2.2 AA, as far as axe can tell."""
    visitor.page.evaluate(AXE.read_text("utf-8"))
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
    found = visitor.page.evaluate(f"axe.run(document, {json.dumps(options)})")
    faults = [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in found["violations"]]
    assert faults == []
    assert len(found["passes"]) > 10


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_whole_journey(visit, size: str, theme: str):
    visitor = visit(size, theme)
    page = visitor.page
    visitor.look("welcome")
    check_accessibility(visitor)
    assert page.get_by_role("button", name="Take a photo").is_visible() == visitor.touches

    visitor.enhance(SAMPLES / "lake.jpg")
    expect(page.locator("#facts")).to_have_text("1200 × 673")
    visitor.look("result")
    check_accessibility(visitor)

    line = page.get_by_role("slider", name="Before and after")
    line.focus()
    page.keyboard.press("End")
    expect(line).to_have_attribute("aria-valuenow", "100")
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowLeft")
    expect(line).to_have_attribute("aria-valuenow", "88")

    visitor.set_strength(40)
    expect(page.locator("#after")).to_have_css("opacity", "0.4")
    expect(page.locator("#strength-value")).to_have_text("40 %")

    download = visitor.save()
    assert download.name == "lake.enhanced.jpg"
    with Image.open(download.path) as picture:
        assert (picture.format, picture.size) == ("JPEG", (1200, 673))


def test_the_keyboard_is_enough(visit):
    visitor = visit()
    page = visitor.page
    page.on("filechooser", lambda _: None)  # from now on Playwright has them; it takes a moment to tell the browser
    keys = page.keyboard

    def tab_to(name: str) -> None:
        for _ in range(20):
            keys.press("Tab")
            focused = page.locator(":focus")
            if name in (focused.get_attribute("aria-label") or focused.inner_text()):
                return
        raise AssertionError(f"{name} cannot be reached")

    tab_to("Choose photos")
    with page.expect_file_chooser() as chooser:
        keys.press("Enter")
    chooser.value.set_files(SAMPLES / "lake.jpg")
    expect(page.locator("#name")).to_be_focused()
    visitor.wait_for_result()
    tab_to("Before and after")
    keys.press("Home")
    expect(page.locator("#stage [role=slider]")).to_have_attribute("aria-valuenow", "0")
    keys.press("Tab")
    expect(page.get_by_role("radio", name="Enhance")).to_be_focused()
    keys.press("Tab")
    expect(page.locator("#strength")).to_be_focused()
    keys.press("ArrowLeft")
    expect(page.locator("#strength-value")).to_have_text("99 %")
    tab_to("Zoom out")
    page.locator("#back").focus()
    tab_to("Save")
    visitor.download(lambda: keys.press("Enter"))
    expect(page.locator("#save")).to_be_focused()  # though it was disabled for a while


def test_keys_anywhere(visit, tmp_path: Path):
    visitor = visit()
    page = visitor.page
    # Keys of the welcome are the browser's.
    assert page.evaluate("document.dispatchEvent(new KeyboardEvent('keydown', { key: 'PageDown', cancelable: true }))")
    visitor.choose(*small_photos(tmp_path, "one.png", "two.png", "three.png"))
    visitor.wait_until_done(3)
    for key, name in (("ArrowRight", "two"), ("PageDown", "three"), ("ArrowRight", "three"), ("ArrowLeft", "two")):
        page.keyboard.press(key)
        expect(page.locator("#name")).to_have_text(f"{name}.png")
    assert visitor.download(lambda: page.keyboard.press("Control+s")).name == "two.enhanced.png"
    page.locator("#stage").focus()
    page.keyboard.down(" ")
    expect(page.locator("#after")).to_be_hidden()
    page.keyboard.up(" ")
    expect(page.locator("#after")).to_be_visible()


@CHROMIUM
def test_a_double_click_on_the_strength_brings_it_back(visit):
    visitor = visit()
    visitor.enhance(SAMPLES / "lake.jpg")
    visitor.set_strength(40)
    visitor.page.locator("#strength").dblclick()
    expect(visitor.page.locator("#strength-value")).to_have_text("100 %")


def test_the_eye_shows_the_original_as_long_as_it_is_held(visit):
    visitor = visit("phone")
    page = visitor.page
    visitor.enhance(SAMPLES / "lake.jpg")
    page.get_by_role("button", name="Hold to see the original").hover()
    page.mouse.down()
    expect(page.locator("#after")).to_be_hidden()
    page.mouse.up()
    expect(page.locator("#after")).to_be_visible()


def test_all_photos_alike(visit, tmp_path: Path):
    visitor = visit("phone")
    page = visitor.page
    visitor.choose(*small_photos(tmp_path, "one.png", "two.png", "three.png"))
    visitor.set_mode("Enlarge")
    visitor.set_mode("×2")
    visitor.set_strength(30)
    page.get_by_role("button", name="Same for all").click()
    visitor.wait_until_done(3)
    page.locator(".tile").nth(2).click()
    expect(page.locator("#strength-value")).to_have_text("30 %")
    expect(page.locator("#facts")).to_have_text("128 × 96 from 64 × 48")


def test_zoom_and_pan(visit):
    visitor = visit()
    page = visitor.page
    visitor.enhance(SAMPLES / "lake.jpg")
    level, frame, stage = page.locator("#zoom-level"), page.locator("#frame"), page.locator("#stage")
    whole = level.inner_text()
    stage.focus()
    page.keyboard.press("1")
    expect(level).to_have_text("100 %")
    box = stage.bounding_box()
    assert box
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    for _ in range(6):
        page.mouse.wheel(0, -100)
    expect(level).to_have_text("381 %")
    expect(frame).to_have_css("width", f"{box['width']:g}px")

    def place() -> str:
        return page.locator("#before").evaluate("canvas => canvas.style.transform")

    start = place()
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 70)
    page.mouse.up()
    dragged = place()
    assert dragged != start
    page.keyboard.press("ArrowRight")
    assert place() != dragged
    page.keyboard.press("0")
    expect(level).to_have_text(whole)


def test_dragging_moves_the_line(visit):
    visitor = visit()
    visitor.enhance(SAMPLES / "lake.jpg")
    frame = visitor.page.locator("#frame").bounding_box()
    assert frame
    visitor.page.mouse.move(frame["x"] + 0.3 * frame["width"], frame["y"] + 50)
    visitor.page.mouse.down()
    visitor.page.mouse.move(frame["x"] + 0.2 * frame["width"], frame["y"] + 60)
    visitor.page.mouse.up()
    expect(visitor.page.get_by_role("slider", name="Before and after")).to_have_attribute("aria-valuenow", "20")


def test_several_photos(visit):
    visitor = visit("phone")
    page = visitor.page
    visitor.choose(SAMPLES / "lake.jpg", SAMPLES / "otter.jpg", ROOT / "README.md")
    expect(page.locator("#photos [data-status=done]")).to_have_count(2)
    expect(page.locator("#photos [data-status=failed]")).to_have_count(1)
    visitor.look("several")
    page.get_by_role("button", name="README.md, failed").click()
    expect(page.locator("#note-text")).to_contain_text("README.md is a text file")
    check_accessibility(visitor)
    visitor.look("failed")
    page.get_by_role("button", name="Remove photo").click()
    expect(page.locator("#name")).to_have_text("otter.jpg")
    expect(page.locator("#stage")).to_have_class("stage compared")


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_photos_are_dropped_and_pasted(visit, way: str):
    visitor = visit()
    content = list((SAMPLES / "lake.jpg").read_bytes())
    visitor.page.evaluate(
        """([way, content]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(content)], "given.jpg", { type: "image/jpeg" }));
            const event = way === "drop"
                ? new DragEvent("drop", { dataTransfer: data, bubbles: true })
                : Object.assign(new Event("paste", { bubbles: true }), { clipboardData: data });
            document.body.dispatchEvent(event);
        }""",
        [way, content],
    )
    visitor.wait_for_result()
    expect(visitor.page.locator("#name")).to_have_text("given.jpg")


def test_a_sample_is_at_hand(visit):
    visitor = visit()
    visitor.page.get_by_role("button", name="Otter on a rock").click()
    visitor.wait_for_result()
    expect(visitor.page.locator("#name")).to_have_text("otter.jpg")


def test_the_first_load_is_small(visit, site: str):
    """All but what is fetched when there is time, compressed by nobody, takes less than 400 KB."""
    visitor = visit()
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.evaluate("navigator.serviceWorker.ready.then(() => 0)")
    names = {url.removeprefix(site) or "index.html" for url in visitor.requested}
    later = (".wasm", "upscaler", "libheif-bundle", ".jpg")
    sizes = {name: (STATIC / name).stat().st_size for name in names if not any(part in name for part in later)}
    assert len(sizes) > 8
    assert sum(sizes.values()) < 400_000


def test_one_photo_in_all_ways(visit, tmp_path: Path):
    path = tmp_path / "small.jpg"
    with Image.open(SAMPLES / "lake.jpg") as photo:
        photo.resize((300, 168)).save(path)
    visitor = visit()
    visitor.enhance(path)
    for mode, name, size in (
        ("Enlarge", "small.upscaled.jpg", (1200, 672)),
        ("Both", "small.enhanced.upscaled.jpg", (1200, 672)),
        ("Enhance", "small.enhanced.jpg", (300, 168)),
    ):
        visitor.set_mode(mode)
        download = visitor.save()
        assert download.name == name
        with Image.open(download.path) as picture:
            assert picture.size == size
        visitor.look(mode.lower())
        check_accessibility(visitor)


def test_results_are_kept(visit, tmp_path: Path):
    path = tmp_path / "small.jpg"
    with Image.open(SAMPLES / "lake.jpg") as photo:
        photo.resize((300, 168)).save(path)
    visitor = visit()
    visitor.enhance(path)
    said = visitor.page.evaluate_handle(
        """() => {
            const said = [], text = document.getElementById("working-text");
            new MutationObserver(() => said.push(text.textContent)).observe(text, { childList: true });
            return said;
        }"""
    )
    visitor.set_mode("Both")
    assert "Getting ready" in said.evaluate("said => said.splice(0)")
    for mode in ("Enhance", "Both"):
        visitor.set_mode(mode)
    assert "Getting ready" not in said.json_value()
    with Image.open(visitor.save().path) as picture:
        assert picture.size == (1200, 672)


def test_an_enlarged_photo_is_shown_where_it_has_most_detail(visit, tmp_path: Path):
    path = tmp_path / "wall.png"
    picture = np.full((400, 600, 3), 90, np.uint8)
    picture[200:240, 340:400] = np.random.default_rng(1).integers(256, size=(40, 60, 3))
    Image.fromarray(picture).save(path)
    visitor = visit()
    visitor.choose(path)
    visitor.set_mode("Enlarge")
    expect(visitor.page.locator("#zoom-level")).to_have_text("100 %")
    expect(visitor.page.locator("#facts")).to_have_text("2400 × 1600 from 600 × 400")
    stage, canvas = (visitor.page.locator(name).bounding_box() for name in ("#stage", "#after"))
    assert stage
    assert canvas
    middle = stage["x"] + stage["width"] / 2 - canvas["x"], stage["y"] + stage["height"] / 2 - canvas["y"]
    assert 340 * 4 < middle[0] < 400 * 4
    assert 200 * 4 < middle[1] < 240 * 4


def test_what_cannot_be_used_makes_room_for_another_photo(visit):
    visitor = visit("phone")
    page = visitor.page
    visitor.choose(ROOT / "README.md")
    expect(page.locator("#note-text")).to_contain_text("README.md is a text file")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose another photo").click()
    chooser.value.set_files(SAMPLES / "lake.jpg")
    visitor.wait_for_result()
    expect(page.locator("#name")).to_have_text("lake.jpg")
    expect(page.locator("#photos .tile")).to_have_count(1)


def test_samples_are_shown_as_they_will_be_opened(visit):
    """The tile is a part of the photo, no brighter than that."""
    visitor = visit()
    for name in ("lake", "otter", "flowers", "harbour"):
        tile = visitor.page.locator(f"[data-sample={name}] img").evaluate(
            """image => {
                const canvas = new OffscreenCanvas(128, 128);
                canvas.getContext("2d").drawImage(image, 0, 0, 128, 128);
                return [...canvas.getContext("2d").getImageData(0, 0, 128, 128).data].filter((_, i) => i % 4 < 3);
            }"""
        )
        left = {"lake": 264, "otter": 260, "flowers": 200, "harbour": 264}[name]
        with Image.open(SAMPLES / f"{name}.jpg") as photo:
            part = photo.crop((left, 0, left + photo.height, photo.height)).resize((128, 128), Image.Resampling.LANCZOS)
        assert np.abs(np.array(tile).reshape(128, 128, 3) - np.asarray(part).astype(int)).mean() < 8
