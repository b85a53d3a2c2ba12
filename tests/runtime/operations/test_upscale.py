from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import builtin_profile, photo
from PIL import Image

import ppcn
from ppcn.errors import InputError, ModelError
from ppcn.images.depth import peak
from ppcn.images.photo import Space
from ppcn.images.pixels.rescale import rescale
from ppcn.outputs import Output
from ppcn.runtime.backends.loader import make_engine
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options, process_file
from ppcn.runtime.operations.upscale import Upscale


@pytest.fixture(scope="module")
def four_times(enlarger: Callable[[int], bytes]) -> Engine:
    """A network that repeats every pixel four times each way."""
    return make_engine(enlarger(4), "repeat.onnx")


def repeated(pixels: np.ndarray, times: int = 4) -> np.ndarray:
    return pixels.repeat(times, 0).repeat(times, 1)


def noise(height: int, width: int, channels: int, dtype: str) -> np.ndarray:
    values = np.random.default_rng(height).random((height, width, channels))
    return (values * {"uint8": 255, "uint16": 65535}.get(dtype, 1)).astype(dtype)


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "float32", "float64"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_arrays_of_every_kind(four_times: Engine, channels: int, dtype: str):
    array = noise(7, 9, channels, dtype)
    if channels in (2, 4):
        array[..., -1] = array[..., -1].clip(array.dtype.type(0.01 * peak(array.dtype)))  # all can be seen
    result = ppcn.upscale(array, model=four_times)
    assert result.dtype == array.dtype
    colours = 1 if channels < 3 else 3
    np.testing.assert_allclose(result[..., :colours], repeated(array[..., :colours]), rtol=1e-6)
    if channels > colours:
        assert np.array_equal(result[..., colours:], rescale(array[..., colours:], 1, 4))


@pytest.mark.parametrize("space", ["grey", "rgb", "cmyk"])
@pytest.mark.parametrize("profile", [None, builtin_profile("p3"), builtin_profile("cmyk")])
def test_values_stay_as_they_are_stored_in_every_colour_space(four_times: Engine, space: Space, profile: bytes | None):
    original = photo(5, 6, space, deep=True, icc=profile, exif=b"II*\0", dpi=(300.0, 300.0))
    result = Upscale(four_times)(original)
    assert np.array_equal(result.pixels, repeated(original.pixels))
    assert replace(result, pixels=original.pixels).__dict__ == original.__dict__  # all else stays


def test_opaque_stays_opaque_and_clear_stays_clear(four_times: Engine):
    array = np.zeros((12, 12, 4), np.uint8)
    array[:, :6] = (0, 90, 200, 255)  # and black, where it cannot be seen
    result = ppcn.upscale(array, model=four_times)
    assert (result[:, :16, 3] == 255).all()
    assert (result[:, -16:, 3] == 0).all()
    assert (result[..., :3] == (0, 90, 200)).all()


@pytest.mark.parametrize("scale", [2, 3])
def test_smaller_scales_are_made_from_what_the_network_gives(four_times: Engine, scale: int):
    array = noise(40, 9, 3, "uint8")
    result = ppcn.upscale(array, model=four_times, scale=scale)
    assert np.array_equal(result, rescale(repeated(array), 4, scale))
    grey = np.full((5, 5), 77, np.uint8)
    assert (ppcn.upscale(grey, model=four_times, scale=scale) == np.full((5 * scale, 5 * scale), 77)).all()


def test_network_that_enlarges_less(enlarger: Callable[[int], bytes]):
    twice, array = make_engine(enlarger(2), "twice.onnx"), noise(4, 6, 3, "uint8")
    assert np.array_equal(ppcn.upscale(array, model=twice, scale=2), repeated(array, 2))
    with pytest.raises(ModelError, match=r"twice\.onnx makes 12x8 pixels of 6x4, which is not 4 times larger"):
        ppcn.upscale(array, model=twice)
    with pytest.raises(ModelError, match="which is not 2 times larger"):
        ppcn.upscale(array, model="student.open", scale=2)


@pytest.mark.parametrize("scale", [0, 1, 5])
def test_scale_that_there_is_not(four_times: Engine, scale: int):
    with pytest.raises(InputError, match=f"scale {scale} is none of 2, 3 and 4"):
        ppcn.upscale(noise(4, 4, 3, "uint8"), model=four_times, scale=scale)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK", "I;16"])
def test_pil_image_keeps_mode_and_info(four_times: Engine, mode: str):
    image = Image.fromarray(noise(6, 8, 3, "uint8")).convert("I" if mode == "I;16" else mode)
    image = Image.fromarray(noise(6, 8, 1, "uint16")[..., 0]) if mode == "I;16" else image
    image.info["dpi"] = (300, 300)
    result = ppcn.upscale(image, model=four_times)
    assert (result.mode, result.size, result.info["dpi"]) == (mode, (32, 24), (300, 300))


def test_path_gives_a_path_beside_the_photo(four_times: Engine, tmp_path: Path):
    pixels = noise(6, 8, 3, "uint8")
    Image.fromarray(pixels).save(tmp_path / "a.png")
    result = ppcn.upscale(tmp_path / "a.png", model=four_times)
    assert result == tmp_path / "a.upscaled.png"
    assert np.array_equal(np.asarray(Image.open(result)), repeated(pixels))


def test_result_that_would_be_too_large(four_times: Engine, tmp_path: Path):
    Image.new("RGB", (100, 50)).save(tmp_path / "a.png")
    task, small = Output(tmp_path / "a.png", tmp_path / "b.png"), Options(max_megapixels=0.05)
    with pytest.raises(InputError, match=r"100x50 pixels, which made 4 times larger is 0\.1 megapixels and above"):
        process_file(task, Pipeline(Upscale(four_times)), small)
    assert process_file(task, Pipeline(Upscale(four_times, 2)), small).path == task.target
