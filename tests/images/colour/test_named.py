"""Colours that a file names by numbers, or by the way, look the same in every result: judged by Little CMS."""

import io
import struct
from typing import Any

import numpy as np
import pytest
from builders import png_chunk, quarters, saved
from heif_file import Item, written
from motion_photo import box
from PIL import Image, ImageCms

from ppcn.images.colour import cicp, icc
from ppcn.images.formats.heif import as_meant
from ppcn.images.formats.heif_items import Items, items_of
from ppcn.images.photo import Photo
from ppcn.images.read import read
from ppcn.images.write import encode

# ITU-T H.273, tables 2 and 3, and the light of a half in each curve.
ADOBE = (31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
WIDE = [(9, 13), (9, 8), (1, 8), (1, 4), (5, 13), (6, 4), (11, 17), (12, 8), (22, 13)]


def as_seen(data: bytes) -> np.ndarray:
    """Return sRGB, as a program shows it that manages colours, of a file with or without a profile."""
    image = Image.open(io.BytesIO(data))
    if profile := image.info.get("icc_profile"):
        own, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        image = ImageCms.profileToProfile(image, own, srgb, outputMode="RGB", renderingIntent=ImageCms.Intent(1))
    assert image
    return np.asarray(image.convert("RGB")).astype(int)


def png_of(image: np.ndarray, *chunks: tuple[bytes, bytes]) -> bytes:
    plain = saved(image, "PNG")
    return plain[:33] + b"".join(png_chunk(*chunk) for chunk in chunks) + plain[33:]


def light(codes: tuple[int, int]) -> np.ndarray:
    """Return the XYZ under D65, as colour science computes it, of half of white in a space."""
    primaries, transfer = codes
    half = {4: 0.5**2.2, 8: 0.5, 17: 0.5**2.6}.get(transfer, ((0.5 + 0.055) / 1.055) ** 2.4)
    assert primaries
    return half * np.ones(3)


@pytest.mark.parametrize("codes", WIDE, ids=str)
def test_primaries_and_curves_are_those_of_the_standard(codes: tuple[int, int]):
    profile = cicp.profile_for({codes}, grey=False)
    assert profile
    read_back: Any = ImageCms.ImageCmsProfile(io.BytesIO(profile)).profile
    corners = np.reshape(cicp.PRIMARIES.get(codes[0], (*cicp.BT709, *cicp.D65)), (4, 2))
    adaptation = np.array(read_back.chromatic_adaptation[0])
    primaries = (read_back.red_primary, read_back.green_primary, read_back.blue_primary)
    for corner, colour in zip(corners, primaries, strict=False):
        xyz = np.linalg.solve(adaptation, colour[0])
        assert xyz[:2] / xyz.sum() == pytest.approx(corner, abs=2e-3)
    white = np.linalg.solve(adaptation, (0.9642, 1, 0.8249))
    assert white[:2] / white.sum() == pytest.approx(corners[3], abs=2e-3)
    parsed = icc.parse(profile)
    assert parsed
    assert parsed.curves[0].to_light(np.full((1, 1), 0.5, np.float32))[0, 0] == pytest.approx(light(codes)[0], abs=2e-4)


def test_what_is_srgb_gets_no_profile():
    for codes in ((1, 13), (1, 1), (1, 6), (2, 2), (2, 13)):
        assert cicp.profile_for({codes}, grey=False) is None
    srgb = [number / 100_000 for number in (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)]
    assert cicp.profile_of_gamma(0.45455, srgb, grey=False) is None
    assert cicp.profile_of_gamma(0.45455, None, grey=False) is None
    assert cicp.profile_of_gamma(0.45455, [n / 1e5 for n in ADOBE], grey=True) is None
    for corners in ([0.0] * 8, [0.3] * 8, [42949.0] * 8):
        assert cicp.profile_of_gamma(0.5, corners, grey=False) is None
    for gamma in (0.0, 1e9, 1e-5):
        assert cicp.profile_of_gamma(gamma, None, grey=False) is None


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "avif", "tiff"])
@pytest.mark.parametrize("grey", [False, True])
@pytest.mark.parametrize("chunks", [
    [(b"gAMA", struct.pack(">I", 100_000))],
    [(b"gAMA", struct.pack(">I", 55_556))],
    [(b"gAMA", struct.pack(">I", 45_470)), (b"cHRM", struct.pack(">8I", *ADOBE))],
    [(b"cICP", bytes((9, 8, 0, 1)))],
], ids=["linear", "gamma 1.8", "Adobe RGB", "BT.2020, linear"])  # fmt: skip
def test_png_looks_the_same_in_every_format(chunks: list[tuple[bytes, bytes]], kind: str, *, grey: bool):
    pixels = np.repeat(np.repeat(quarters(6, 8), 8, 0), 8, 1)
    pixels = pixels[..., 1] if grey else pixels
    photo = read(png_of(pixels, *chunks))
    reference = Photo(photo.pixels, photo.space, icc=photo.icc)
    seen = as_seen(encode(reference, "tiff"))
    assert abs(as_seen(encode(photo, kind)) - seen).mean() < (5 if kind == "webp" else 2.5)
    srgb = as_seen(saved(pixels, "PNG"))
    assert (grey and b"cHRM" in dict(chunks)) or abs(seen - srgb).max() > 8


def test_png_that_says_srgb_is_srgb():
    chunks = (b"sRGB", b"\0"), (b"gAMA", struct.pack(">I", 100_000)), (b"cHRM", struct.pack(">8I", *ADOBE))
    assert read(png_of(quarters(), *chunks)).icc is None
    assert read(png_of(quarters(), (b"cICP", bytes((12, 13, 0, 1))))).icc == cicp.builtin_profile("p3")


@pytest.mark.parametrize("sign", ["R03", "colour space"])
def test_adobe_rgb_that_exif_alone_names(sign: str):
    exif = Image.Exif()
    inner = exif.get_ifd(0x8769)
    inner[0xA001] = 65535 if sign == "R03" else 2
    if sign == "R03":
        inner[0xA005] = {1: "R03", 2: b"0100"}
    for kind in ("JPEG", "PNG"):
        data = saved(quarters(), kind, exif=exif.tobytes())
        for strip in (False, True):
            made = encode(read(data), "png", strip_metadata=strip)
            assert Image.open(io.BytesIO(made)).info.get("icc_profile") == cicp.adobe_rgb()
    inner[0xA001] = 1
    inner.pop(0xA005, None)
    assert read(saved(quarters(), "JPEG", exif=exif.tobytes())).icc is None


def test_colours_are_those_of_the_primary_picture():
    """Others may be in other colours: an HDR picture that is made of the photo and its gain map."""
    p3, pq = (box(b"colr", b"nclx\0\x0c\0" + bytes((curve, 0, 6, 128))) for curve in (13, 16))
    items = [Item(1, b"av01", b"", (p3,)), Item(2, b"av01", b""), Item(3, b"tmap", b"", (pq,))]
    plain = Photo(quarters())
    for listed in (items, [items[0], items[2]], items[1:]):
        file = written(listed, [(b"dimg", 3, [1, 2])], primary=listed[0].number, brand=b"avif")
        expected = cicp.builtin_profile("p3") if listed[0] is items[0] else None
        assert as_meant(plain, items_of(file)).icc == expected
    tiles = [Item(1, b"grid", b""), Item(2, b"av01", b"", (p3,)), Item(3, b"av01", b"", (p3,))]
    file = written(tiles, [(b"dimg", 1, [2, 3])], brand=b"avif")
    assert as_meant(plain, items_of(file)).icc == cicp.builtin_profile("p3")


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("bits", [8, 10])
@pytest.mark.parametrize("space", ["grey", "rgb"])  # decoders give either
def test_grey_of_limited_range(space, bits: int, *, full: bool):
    """libheif leaves the range of pictures without colour to its caller."""
    values = np.array([16, 126, 235]) * (1 << bits - 8)
    stored = values if bits == 8 else values << 6 | values >> 4
    pixels = np.repeat(stored[None, :, None], 1 if space == "grey" else 3, 2).astype("u1" if bits == 8 else "u2")
    about = (box(b"colr", b"nclx\0\1\0\x0d\0\6" + bytes([128 * full])), box(b"av1C", b"\x81\0\x1c\0"))
    file = written([Item(1, b"av01", b"", about)], brand=b"avif")
    made = as_meant(Photo(pixels, space, format="avif"), items_of(file))
    fractions = made.pixels[0, :, 0] / made.peak
    assert fractions == pytest.approx(stored / made.peak if full else (values / (1 << bits - 8) - 16) / 219, abs=0.003)


def test_colours_that_are_stored_multiplied_by_alpha():
    straight = np.dstack([quarters(), np.tile(np.linspace(0, 255, 64), (48, 1)).astype(np.uint8)])
    multiplied = straight.copy()
    multiplied[..., :3] = np.rint(straight[..., :3] * (straight[..., 3:] / 255))
    plain = Photo(multiplied, "rgb", alpha=True, format="avif")

    def referring(kind: bytes, item: int, other: int) -> Items:
        return items_of(written([Item(1, b"av01", b""), Item(2, b"av01", b"")], [(kind, item, [other])], brand=b"avif"))

    assert np.array_equal(as_meant(plain, referring(b"auxl", 2, 1)).pixels, multiplied)
    made = as_meant(plain, referring(b"prem", 1, 2)).pixels
    assert np.array_equal(made[..., 3], straight[..., 3])
    seen = straight[..., 3:] > 40
    assert abs(np.where(seen, made, straight).astype(int) - straight).max() <= 4
