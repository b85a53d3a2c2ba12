"""What comes in and what goes out: formats, metadata, and files that are no photos."""

from pathlib import Path

import numpy as np
import pytest
from builders import MAKER_NOTE, builtin_profile, camera_exif, quarters, saved
from heif_file import SIDE, heif, overlay, size
from motion_photo import FILES as MOTION_PHOTOS
from PIL import Image, ImageOps
from playwright.sync_api import expect
from visitor import ROOT

import ppcn
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.formats import FORMATS, TITLES
from ppcn.images.read import read

DATA = ROOT / "tests/images/data"

pytestmark = pytest.mark.web


def test_name_exif_and_orientation_are_kept(visit, tmp_path: Path):
    visitor = visit()
    for kind, orientation in (("jpeg", 6), ("png", 6), ("webp", 1)):
        path = tmp_path / f"IMG 0001.{kind}"
        pixels = quarters() if orientation == 6 else np.rot90(quarters(), -1)
        Image.fromarray(pixels).save(path, kind, exif=b"Exif\0\0" + camera_exif(orientation), quality=95)
        visitor.enhance(path)
        download = visitor.save()
        assert download.name == f"IMG 0001.enhanced.{kind}"
        with Image.open(download.path) as result:
            assert (result.format, result.size) == (kind.upper(), (48, 64))
            check_exif(result.getexif(), orientation=1)
            red = np.asarray(result.convert("RGB"))[8, 40]  # the upper left quarter has gone to the right
        assert red[0] > red[1] + 50
        assert b"THUMBNAIL" not in download.path.read_bytes()


def check_exif(exif: Image.Exif, orientation: int) -> None:
    inner = exif.get_ifd(0x8769)
    assert (exif[0x0112], exif[0x0110], inner[0x927C]) == (orientation, "Model 7", MAKER_NOTE)
    assert (inner[0xA002], inner[0xA003]) == (48, 64)
    assert exif.get_ifd(0x8825)[1] == "N"


def test_what_the_browser_does_not_turn_keeps_its_orientation(visit, tmp_path: Path):
    path = tmp_path / "turned.webp"
    Image.fromarray(quarters()).save(path, exif=b"Exif\0\0" + camera_exif(6))
    visitor = visit()
    visitor.enhance(path)
    with Image.open(visitor.save().path) as result:
        upright = ImageOps.exif_transpose(result)
        assert upright.size == (48, 64)
        red = np.asarray(upright.convert("RGB"))[8, 40]
    assert red[0] > red[1] + 50


def test_alpha_is_kept(visit, tmp_path: Path):
    path = tmp_path / "cut-out.png"
    alpha = np.full((48, 64, 1), 255, np.uint8)
    alpha[:10] = 0
    Image.fromarray(np.concatenate([quarters(), alpha], axis=2)).save(path)
    visitor = visit()
    visitor.enhance(path)
    with Image.open(visitor.save().path) as result:
        assert result.mode == "RGBA"
        assert (np.asarray(result)[..., 3:] == alpha).all()


def test_alpha_is_kept_when_enlarged_twice(visit, tmp_path: Path):
    path = tmp_path / "cut.png"
    picture = np.dstack([quarters(), np.full((48, 64), 255, np.uint8)])
    picture[20:40, 10:30, 3] = 0
    Image.fromarray(picture).save(path)
    visitor = visit()
    visitor.enhance(path)
    visitor.set_mode("Enlarge")
    visitor.set_mode("×2")
    with Image.open(visitor.save().path) as result:
        assert (result.mode, result.size) == ("RGBA", (128, 96))
        alpha = np.asarray(result)[..., 3]
    assert (alpha[44:76, 24:56] == 0).all()
    assert (alpha[:36] == 255).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1)])
def test_the_smallest_photos_are_enlarged(visit, tmp_path: Path, size: tuple[int, int]):
    path = tmp_path / "small.png"
    Image.new("RGB", size, (200, 90, 20)).save(path)
    visitor = visit()
    visitor.enhance(path)
    visitor.set_mode("Both")
    for factor in (4, 2):
        visitor.set_mode(f"×{factor}")
        with Image.open(visitor.save().path) as result:
            assert result.size == (size[0] * factor, size[1] * factor)


def test_heic_is_read_with_its_colours_and_exif(visit):
    path = DATA / "display_p3_turned.heic"
    visitor = visit()
    visitor.enhance(path)
    download = visitor.save()
    assert download.name == "display_p3_turned.enhanced.jpg"
    expected = ppcn.enhance(to_srgb(read(path))) * 255
    assert np.abs(visitor.shown() - expected).mean() < 1
    with Image.open(download.path) as result:
        assert dict(result.getexif()) == dict(exif_of(path))


def exif_of(path: Path) -> Image.Exif:
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + (read(path).exif or b""))
    return exif


SAMPLE = (ROOT / "samples/lake.jpg").read_bytes()
BAD = {
    "empty.jpg": b"",
    "cut.jpg": SAMPLE[: len(SAMPLE) // 2],
    "cut.png": saved(quarters(), "png")[:-30],
    "cut.webp": saved(quarters(), "webp")[:-30],
    "cut.avif": saved(quarters(), "avif")[:-30],
    "cut.gif": saved(quarters(), "gif")[:-30],
    "cut.heic": (DATA / "display_p3_turned.heic").read_bytes()[:-300],
    "noise.jpg": SAMPLE[:400] + bytes(range(256)) * 40 + b"\xff\xd9",
    "cut.bmp": saved(quarters(), "bmp")[:-30],
    "document.jpg": b"%PDF-1.7 and so on",
    "layers.jpg": b"8BPS\0\1",
    "archive.jpg": b"PK\3\4\x14\0",
    "drawing.jpg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "film.jpg": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom",
    "text.jpg": b"no photo",
    "unknown.jpg": b"\1\2\3\4" * 9,
}

ONLY_THE_LIBRARY = {
    "tiff.jpg": saved(quarters(), "tiff"),
    "jxl.jpg": b"\0\0\0\x0cJXL \r\n\x87\n",
    "jpeg2000.jpg": b"\0\0\0\x0cjP  \r\n\x87\n",
    "pnm.jpg": b"P6 1 1 255 rgb",
    "raw.jpg": b"FUJIFILMCCD-RAW 0201",
}
PAGE_TITLES = "JPEG, PNG, WebP, HEIC, AVIF, GIF or BMP"


def test_bad_files_get_the_sentence_of_the_library(visit, tmp_path: Path):
    visitor = visit("phone")
    for name, content in BAD.items():
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(ppcn.errors.InputError) as refusal:
            ppcn.enhance(path)
        sentence = str(refusal.value).removeprefix(f"{tmp_path}/").replace(TITLES, PAGE_TITLES)
        visitor.choose(path)
        expect(visitor.page.locator("#note-text")).to_have_text(sentence)
        expect(visitor.page.locator("#status")).to_have_text(sentence)
    visitor.enhance(ROOT / "samples/lake.jpg")  # the page goes on


def test_what_only_the_library_reads_is_called_by_its_name(visit, tmp_path: Path):
    visitor = visit()
    for name, content in ONLY_THE_LIBRARY.items():
        path = tmp_path / name
        path.write_bytes(content)
        visitor.choose(path)
        sentence = f"{name} is {FORMATS[Path(name).stem].without_browser}; photos are {PAGE_TITLES} files."
        expect(visitor.page.locator("#note-text")).to_have_text(sentence)


def test_a_bitmap_becomes_a_jpeg(visit, tmp_path: Path):
    path = tmp_path / "scan.bmp"
    path.write_bytes(saved(quarters(), "bmp"))
    visitor = visit()
    visitor.enhance(path)
    download = visitor.save()
    assert download.name == "scan.enhanced.jpg"
    assert np.abs(visitor.shown() - ppcn.enhance(quarters())).mean() < 1


def test_what_lies_behind_a_photo_does_not_make_it_damaged(visit, tmp_path: Path):
    """Motion photos, with films that look like pieces of JPEG at their ends."""
    visitor = visit()
    for number, content in enumerate([*MOTION_PHOTOS.values(), MOTION_PHOTOS["google"] + b"\xff\xda"]):
        path = tmp_path / f"motion-{number}.jpg"
        path.write_bytes(content)
        visitor.enhance(path)
        expect(visitor.page.locator("#losses")).to_have_text("Results are saved without this photo's film.")


def test_the_primary_picture_of_a_heic_file_is_shown(visit, tmp_path: Path):
    path = tmp_path / "two.heic"
    coded, larger = size(SIDE, SIDE), size(128, 96)
    items = [(1, b"hvc1", b"", coded), (2, b"hvc1", b"", coded), (3, b"iovl", overlay(1, 128, 96), larger)]
    path.write_bytes(heif(items, [(3, [2])], primary=3))
    assert read(path).width == 128
    visitor = visit()
    visitor.enhance(path)
    expect(visitor.page.locator("#facts")).to_have_text("128 × 96")


def test_what_is_lost_is_said(visit, tmp_path: Path):
    deep, wide = tmp_path / "deep.png", tmp_path / "wide.jpg"
    Image.fromarray(np.linspace(0, 65535, 48 * 64).reshape(48, 64).astype(np.uint16)).save(deep)
    Image.fromarray(quarters()).save(wide, icc_profile=builtin_profile("p3"), quality=95)
    visitor = visit("phone")
    losses = visitor.page.locator("#losses")
    visitor.enhance(deep)
    expect(losses).to_have_text("Results are saved in 8-bit sRGB, without this photo's 16 bits.")
    visitor.enhance(wide)
    expect(losses).to_have_text("Results are saved in 8-bit sRGB, without this photo's Display P3 colours.")
    visitor.look("losses")
    expected = ppcn.enhance(to_srgb(read(wide))) * 255
    assert np.abs(visitor.shown() - expected).mean() < 2
    visitor.enhance(ROOT / "samples/lake.jpg")
    expect(losses).to_be_hidden()
