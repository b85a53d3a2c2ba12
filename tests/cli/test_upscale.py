from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from builders import XMP, camera_exif, quarters, saved
from PIL import Image

import ppcn


@pytest.fixture
def model(enlarger: Callable[[int], bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network that repeats every pixel four times each way."""
    path = tmp_path_factory.mktemp("models") / "repeat.onnx"
    path.write_bytes(enlarger(4))
    return path


def test_upscales_beside_the_photo(run, save, model, tmp_path):
    photo = save(tmp_path / "a.png")
    ran = run("upscale", photo, "--model", model)
    assert ran.status == 0
    assert "Upscaled 1 photo" in ran.err
    assert Image.open(tmp_path / "a.upscaled.png").size == (160, 120)
    run("upscale", photo, "--model", model).refused("a.upscaled.png", "--overwrite")


def test_folder_resumes_and_survives_failures(run, save, model, tmp_path):
    save(tmp_path / "in/a.png")
    save(tmp_path / "in/b/c.jpg")
    (tmp_path / "in/bad.jpg").write_text("no photo")
    command = ("upscale", tmp_path / "in", "-o", tmp_path / "out", "--recursive", "--scale", "2", "--model", model)
    assert run(*command).status == 1
    assert Image.open(tmp_path / "out/b/c.jpg").size == (80, 60)
    assert "2 skipped" in run(*command).err


def test_metadata_say_the_new_size(run, model, tmp_path):
    size = b'<rdf:Description xmlns:exif="e" exif:PixelXDimension="64" exif:PixelYDimension="48"'
    xmp = XMP.replace(b"<rdf:Description", size)
    exif = b"Exif\0\0" + camera_exif(6)
    (tmp_path / "a.jpg").write_bytes(saved(quarters(), "JPEG", exif=exif, xmp=xmp, dpi=(300, 300)))
    assert run("upscale", tmp_path / "a.jpg", "--model", model, "--scale", "3").status == 0
    result = Image.open(tmp_path / "a.upscaled.jpg")
    inner = result.getexif().get_ifd(0x8769)
    assert result.size == (144, 192)  # upright
    assert (inner[0xA002], inner[0xA003]) == (144, 192)
    assert result.getexif()[0x0110] == "Model 7"
    assert result.info["dpi"] == (300, 300)
    assert b'PixelXDimension="144" exif:PixelYDimension="192"' in result.info["xmp"]


def test_enhance_can_upscale_in_the_same_pass(run, save, model, tmp_path, monkeypatch):
    from ppcn.cli import enhance

    monkeypatch.setattr(enhance, "DEFAULT_UPSCALER", str(model))
    photo = save(tmp_path / "a.png")
    assert run("enhance", photo, "--upscale").status == 0
    result = np.asarray(Image.open(tmp_path / "a.enhanced.png"))
    assert np.array_equal(result, ppcn.enhance(np.asarray(Image.open(photo))).repeat(4, 0).repeat(4, 1))


def test_what_cannot_be(run, save, tmp_path):
    photo = save(tmp_path / "a.png")
    run("upscale", photo, "--model", "nothing.of.the.kind").refused("nothing.of.the.kind", "ppcn train")
    run("upscale", photo, "--model", "student.open").refused("40x30", "not 4 times larger")
    assert "--scale" in run("upscale", photo, "--scale", "5").err
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
