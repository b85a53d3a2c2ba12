import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ppcn
from ppcn.errors import InputError, ModelError, OutputError, ProviderError


def pixels(height: int, width: int, channels: int, dtype: str = "uint8") -> np.ndarray:
    rng = np.random.default_rng(height)
    smooth = np.linspace(0.1, 0.8, width)[None, :, None] + 0.05 * rng.standard_normal((height, 1, channels))
    scale = {"uint8": 255, "uint16": 65535}.get(dtype, 1)
    return (np.clip(smooth, 0, 1) * scale).astype(dtype)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_array_keeps_shape_and_type_and_alpha(channels: int, dtype: str):
    array = pixels(24, 31, channels, dtype)
    result = ppcn.enhance(array)
    assert result.shape == array.shape
    assert result.dtype == array.dtype
    assert not np.array_equal(result, array)
    if channels in (2, 4):
        assert np.array_equal(result[..., -1], array[..., -1])


def test_depths_agree():
    eight = pixels(40, 50, 3)
    results = [
        ppcn.enhance(eight) / 255,
        ppcn.enhance(eight.astype(np.uint16) * 257) / 65535,
        ppcn.enhance((eight / 255).astype(np.float32)),
    ]
    np.testing.assert_allclose(results[0], results[2], atol=0.51 / 255)
    np.testing.assert_allclose(results[1], results[2], atol=0.51 / 65535 + 1e-6)


def test_two_dimensional_grey():
    grey = pixels(20, 30, 1)[..., 0]
    assert ppcn.enhance(grey).shape == (20, 30)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "I;16"])
def test_pil_image_keeps_mode_size_and_info(mode: str):
    source = Image.fromarray(pixels(20, 30, 3))
    image = Image.fromarray(pixels(20, 30, 1, "uint16")[..., 0]) if mode == "I;16" else source.convert(mode)
    image.info["dpi"] = (300, 300)
    result = ppcn.enhance(image)
    assert (result.mode, result.size, result.info["dpi"]) == (mode, image.size, (300, 300))


def test_palette_becomes_rgb_with_its_transparency():
    palette = Image.fromarray(pixels(20, 30, 3)).quantize(16)
    assert ppcn.enhance(palette).mode == "RGB"
    palette.info["transparency"] = 3
    assert ppcn.enhance(palette).mode == "RGBA"


def test_pil_images_of_more_than_8_bits_stay_or_are_refused():
    values = np.arange(24 * 32).reshape(24, 32) % 256 * 257
    for mode, order in (("I;16B", ">u2"), ("I;16", "<u2")):
        image = Image.frombytes(mode, (32, 24), values.astype(order).tobytes())
        result = ppcn.enhance(image, strength=0)
        assert (result.mode, result.tobytes()) == (mode, image.tobytes())
        assert ppcn.enhance(image).size == (32, 24)
    for image in (Image.fromarray(values.astype(np.int32)), Image.fromarray(values.astype(np.float32)),
                  Image.new("LAB", (8, 8))):  # fmt: skip
        with pytest.raises(InputError, match=f"of the mode {image.mode} is no picture"):
            ppcn.enhance(image)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB"])
def test_a_transparent_colour_becomes_alpha(mode: str):
    image = Image.new(mode, (32, 24), 1)
    image.paste(0, (0, 0, 8, 8))
    image.info["transparency"] = (0, 0, 0) if mode == "RGB" else 0
    result = ppcn.enhance(image)
    assert result.mode == ("RGBA" if mode in ("P", "RGB") else "LA")
    assert "transparency" not in result.info
    assert np.array_equal(np.asarray(result)[..., -1] == 0, np.asarray(image.convert("RGBA"))[..., 3] == 0)


def test_path_gives_a_path_beside_the_photo(tmp_path: Path):
    photo = tmp_path / "a.png"
    Image.fromarray(pixels(20, 30, 3)).save(photo)
    result = ppcn.enhance(str(photo))
    assert result == str(tmp_path / "a.enhanced.png")
    assert np.array_equal(np.asarray(Image.open(result)), ppcn.enhance(np.asarray(Image.open(photo))))
    with pytest.raises(OutputError, match="exists already"):
        ppcn.enhance(photo)


def test_bytes_give_bytes_of_the_same_format(tmp_path: Path):
    Image.fromarray(pixels(20, 30, 3)).save(tmp_path / "a.webp", lossless=True)
    result = ppcn.enhance((tmp_path / "a.webp").read_bytes())
    assert result[8:12] == b"WEBP"


def test_an_open_file_gives_one(tmp_path: Path):
    path = tmp_path / "a.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)).save(path)
    with path.open("rb") as file:
        result = ppcn.enhance(file)
    assert result.tell() == 0
    assert result.read() == ppcn.enhance(path.read_bytes())
    assert ppcn.enhance(io.BytesIO(path.read_bytes()), format="jpg").read(2) == b"\xff\xd8"
    with pytest.raises(InputError, match="gives text: open it in binary mode"):
        ppcn.enhance(io.StringIO("text"))
    with pytest.raises(InputError, match="is empty"):
        ppcn.enhance(io.BytesIO())


@pytest.mark.parametrize("strength", [0.0, 0.25, 1.0])
def test_strength_blends_with_the_original(strength: float):
    before = pixels(20, 30, 3, "float64")
    np.testing.assert_allclose(
        ppcn.enhance(before, strength=strength), before + strength * (ppcn.enhance(before) - before), atol=1e-6
    )


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4, 5), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros(4, np.uint8),
        np.zeros((4, 4, 3), np.int32),
        np.full((4, 4, 3), 1.5),
        np.full((4, 4, 3), np.nan),
    ],
)
def test_array_that_is_no_picture(array: np.ndarray):
    with pytest.raises(InputError):
        ppcn.enhance(array)


def test_a_matrix_is_an_array():
    grey = pixels(20, 30, 1)[..., 0]
    matrix = grey.view(np.matrix)
    assert np.array_equal(ppcn.enhance(matrix), ppcn.enhance(grey))


@pytest.mark.parametrize("scale", [3.0, "3", None, 5, True])
def test_scale_is_a_whole_number(scale: Any):
    with pytest.raises(InputError, match=r"is none of 2, 3 and 4\."):
        ppcn.upscale(pixels(8, 8, 3), scale=scale)


@pytest.mark.parametrize("model", [print, None, 7, b"student.open", ["student.open"]])
def test_what_is_no_model(model: Any):
    with pytest.raises(ModelError, match="is a name, a path or what load_model returned"):
        ppcn.enhance(pixels(8, 8, 3), model=model)


def test_names_that_no_file_can_have(tmp_path: Path):
    for call in (lambda: ppcn.enhance("a\0b.jpg"), lambda: ppcn.enhance(tmp_path / "a.jpg", output="a\0b.jpg")):
        with pytest.raises(InputError, match="is no name that a file can have"):
            call()
    with pytest.raises(ModelError, match="cannot be read"):
        ppcn.enhance(pixels(8, 8, 3), model="a\0b.onnx")


def test_sentences_name_what_python_has(tmp_path: Path):
    Image.fromarray(pixels(20, 30, 3)).save(tmp_path / "a.png")
    with pytest.raises(OutputError, match="no name for the format jpg"):
        ppcn.enhance(tmp_path / "a.png", format="jpg", output=tmp_path / "b.png")
    ppcn.enhance(tmp_path / "a.png")
    with pytest.raises(OutputError, match="overwrite=True"):
        ppcn.enhance(tmp_path / "a.png")


def test_wrong_arguments():
    array = pixels(8, 8, 3)
    for strength in ("1", None, [1]):
        with pytest.raises(InputError, match="strength"):
            ppcn.enhance(array, strength=strength)  # pyright: ignore[reportArgumentType]
    with pytest.raises(InputError, match="strength"):
        ppcn.enhance(array, strength=1.5)
    with pytest.raises(TypeError, match="set"):
        ppcn.enhance({1})  # type: ignore[type-var]
    with pytest.raises(ModelError, match=r"student\.open"):
        ppcn.enhance(array, model="studnt.open")
    with pytest.raises(ModelError, match=r"nowhere\.onnx"):
        ppcn.enhance(array, model="nowhere.onnx")
    with pytest.raises(ProviderError, match="not part of"):
        ppcn.load_model("student.open", provider="tensorrt")
    with pytest.raises(ProviderError, match="no execution provider"):
        ppcn.load_model("student.open", provider="abacus")


def test_model_is_made_once():
    assert ppcn.load_model("student.open") is ppcn.load_model("student.open")


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_grey_stored_as_rgb_stays_grey(depth: type):
    grey = pixels(40, 50, 1).astype(depth) * (257 if depth is np.uint16 else 1)
    nearly = grey.repeat(3, 2)
    nearly[::2, :, 2] -= (nearly[::2, :, 2] > 0).astype(depth) * (257 if depth is np.uint16 else 1)
    for picture in (grey.repeat(3, 2), nearly):
        for result in (ppcn.enhance(picture), ppcn.upscale(picture, scale=2)):
            assert result.dtype == depth
            assert np.ptp(result, axis=2).max() == 0
    assert np.abs(ppcn.enhance(grey.repeat(3, 2))[..., :1].astype(int) - ppcn.enhance(grey)).max() <= 1
