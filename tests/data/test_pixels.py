import struct

import numpy as np
import pytest
import pyvips
from PIL import Image

from ppcn.data.pixels import read_pixels, size
from ppcn.errors import DataError
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read

PICTURE = np.kron(np.random.default_rng(0).integers(0, 256, (3, 5, 3)), np.ones((8, 8, 1))).astype(np.uint8)
# How a camera that is held in another way stores the picture, by the orientation that it notes.
STORED = {
    1: PICTURE,
    2: PICTURE[:, ::-1],
    3: PICTURE[::-1, ::-1],
    4: PICTURE[::-1],
    5: PICTURE.transpose(1, 0, 2),
    6: np.rot90(PICTURE),
    7: np.rot90(PICTURE, 2).transpose(1, 0, 2),
    8: np.rot90(PICTURE, -1),
}


def builtin_profile(name):
    return bytes(pyvips.Operation.call("profile_load", name))  # pyright: ignore[reportArgumentType]


def exif(orientation):
    tags = Image.Exif()
    tags[0x112] = orientation
    return tags


@pytest.mark.parametrize("suffix", ["png", "tiff", "webp", "jpg"])
@pytest.mark.parametrize("orientation", STORED)
def test_pictures_are_upright(tmp_path, suffix, orientation):
    path = tmp_path / f"a.{suffix}"
    exact = {"webp": {"lossless": True}, "jpg": {"quality": 100, "subsampling": 0}}.get(suffix, {})
    Image.fromarray(np.ascontiguousarray(STORED[orientation])).save(path, exif=exif(orientation), **exact)
    assert size(path) == (40, 24)
    assert read_pixels(path).shape == (24, 40, 3)
    np.testing.assert_allclose(read_pixels(path).astype(int), PICTURE, atol=3 if suffix == "jpg" else 0)


@pytest.mark.parametrize("orientation", [0, 9, 700])
def test_an_orientation_that_does_not_exist_is_none(tmp_path, orientation):
    path = tmp_path / "a.png"
    Image.fromarray(PICTURE).save(path, exif=exif(orientation))
    assert size(path) == (40, 24)
    np.testing.assert_array_equal(read_pixels(path), PICTURE)


def test_the_size_is_read_from_the_header_alone(tmp_path):
    path = tmp_path / "a.png"
    Image.fromarray(STORED[6]).save(path, exif=exif(6))
    path.write_bytes(path.read_bytes()[:-60])
    assert size(path) == (40, 24)
    with pytest.raises(DataError, match=r"a\.png cannot be read as a picture"):
        read_pixels(path)


BROKEN = {
    "none": b"",
    "text": b"no tags at all",
    "short": b"II*\0",
    "far": b"II*\0" + 4 * b"\xff",
    "word": struct.pack("<2sHIHHHI4s4x", b"II", 42, 8, 1, 0x112, 2, 4, b"abc"),
    "fewer": struct.pack("<2sHIHHHIHH", b"II", 42, 8, 5, 0x112, 3, 1, 9, 0),
}


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
@pytest.mark.parametrize("tags", BROKEN.values(), ids=BROKEN)
def test_broken_exif_is_no_obstacle(tmp_path, tags):
    path = tmp_path / "a.jpg"
    Image.fromarray(PICTURE).save(path, exif=b"Exif\0\0" + tags)
    assert size(path) == (40, 24)
    assert read_pixels(path).shape == (24, 40, 3)


@pytest.mark.parametrize("name", ["srgb", "p3"])
def test_colours_become_srgb_as_in_evaluation(tmp_path, name):
    path = tmp_path / "a.png"
    Image.fromarray(PICTURE).save(path, icc_profile=builtin_profile(name), exif=exif(6))
    np.testing.assert_allclose(read_pixels(path) / 255, np.clip(to_srgb(read(path)), 0, 1), atol=1.5 / 255)
    assert (read_pixels(path) != np.rot90(PICTURE, -1)).any() == (name == "p3")


@pytest.mark.parametrize("profile", [b"no profile", builtin_profile("cmyk")], ids=["no profile", "cmyk"])
def test_profiles_that_do_not_fit_are_ignored(tmp_path, profile):
    path = tmp_path / "a.png"
    Image.fromarray(PICTURE).save(path, icc_profile=profile)
    np.testing.assert_array_equal(read_pixels(path), PICTURE)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGBA", "CMYK", "YCbCr"])
def test_all_modes_become_rgb(tmp_path, mode):
    path = tmp_path / "a.tiff"
    grey = Image.fromarray((PICTURE[..., 0] > 127).astype(np.uint8) * 255)
    grey.convert(mode).save(path)
    np.testing.assert_allclose(read_pixels(path).astype(int), np.asarray(grey.convert("RGB")), atol=3)


@pytest.mark.parametrize("use", [size, read_pixels])
def test_what_cannot_be_read_is_named_once(tmp_path, use):
    path = tmp_path / "a.jpg"
    with pytest.raises(DataError, match=r"a\.jpg cannot be read as a picture: no such file or directory\.$"):
        use(path)
    for content in (b"", b"text", b"\xff\xd8\xff\xe0", b"P6 123456789012345 1 255 ", b"P6 99999 99999 255 "):
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            use(path)
        assert str(caught.value) == f"{path} cannot be read as a picture."
