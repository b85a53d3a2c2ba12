import io

import numpy as np
import pytest
from builders import builtin_profile, photo
from PIL import Image, ImageCms

from ppcn.images.colour.icc import Curve, parse
from ppcn.images.colour.spaces import Grey, Matrix, Srgb, Tables, space_of
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.photo import Photo

P3 = builtin_profile("p3")
STEPS = np.stack(np.meshgrid(*[np.arange(0, 256, 17)] * 3, indexing="ij"), -1).reshape(16, -1, 3).astype(np.uint8)

SEEN = np.divide(STEPS, 255, dtype=np.float32)


def adobe_rgb() -> bytes:
    """Return P3's profile with a plain gamma of 563/256 in the place of its curves."""
    start = P3.index(b"para")
    return P3[:start] + b"curv" + bytes(4) + (1).to_bytes(4, "big") + (563).to_bytes(2, "big") + P3[start + 14 :]


def grey_profile(curve: bytes) -> bytes:
    """Return a profile of one curve."""
    tags = (1).to_bytes(4, "big") + b"kTRC" + (144).to_bytes(4, "big") + len(curve).to_bytes(4, "big")
    header = bytearray(P3[:128])
    header[16:20] = b"GRAY"
    return bytes(header) + tags + curve


def test_plain_rgb_is_what_it_is():
    some = photo(3, 4, deep=True, alpha=True)
    assert isinstance(space_of(some), Srgb)
    assert np.array_equal(np.rint(to_srgb(some) * 65535).astype(np.uint16), some.colours)


@pytest.mark.parametrize(
    "icc", [builtin_profile("srgb"), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()]
)
def test_srgb_profiles_are_recognised(icc: bytes):
    assert isinstance(space_of(Photo(STEPS, icc=icc)), Srgb)


def test_display_p3_agrees_with_little_cms():
    source, target = ImageCms.ImageCmsProfile(io.BytesIO(P3)), ImageCms.createProfile("sRGB")
    there = ImageCms.profileToProfile(
        Image.fromarray(STEPS), source, target, renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    ours = to_srgb(Photo(STEPS, icc=P3)) * 255
    assert np.abs(np.asarray(there).astype(float) - ours).max() < 1.01
    back = ImageCms.profileToProfile(
        Image.fromarray(STEPS), target, source, renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC
    )
    assert np.abs(np.asarray(back).astype(float) - space_of(Photo(STEPS, icc=P3)).from_srgb(SEEN) * 255).max() < 1.01


@pytest.mark.parametrize("icc", [P3, adobe_rgb()])
def test_sixteen_bits_survive_the_way_there_and_back(icc: bytes):
    some = photo(64, 64, deep=True, icc=icc)
    assert isinstance(space_of(some), Matrix)
    seen = to_srgb(some)
    back = space_of(some).from_srgb(seen)
    inside = ((seen > 0) & (seen < 1)).all(axis=2)  # of sRGB's gamut
    assert inside.mean() > 0.4
    assert np.abs(back * 65535 - some.pixels)[inside].max() < 1


def test_white_and_grey_stay_neutral():
    grey = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    seen = to_srgb(Photo(grey, icc=P3))
    assert np.abs(seen - grey / 255).max() < 2e-4
    assert np.ptp(seen, axis=2).max() < 1e-5


def test_grey_stands_in_all_channels_and_comes_back_as_luma():
    some = photo(5, 6, "grey", alpha=True, deep=True)
    seen = to_srgb(some)
    assert seen.shape == (5, 6, 3)
    assert np.abs(space_of(some).from_srgb(seen) * 65535 - some.colours).max() < 0.1
    red = np.zeros((1, 1, 3), np.float32)
    red[..., 0] = 1
    assert space_of(some).from_srgb(red)[0, 0, 0] == pytest.approx(0.2126)


@pytest.mark.parametrize(
    "curve",
    [
        b"curv" + bytes(4) + (1).to_bytes(4, "big") + (460).to_bytes(2, "big"),
        b"curv" + bytes(4) + (256).to_bytes(4, "big") + (np.linspace(0, 1, 256) ** 1.8 * 65535).astype(">u2").tobytes(),
    ],
    ids=["gamma", "table"],
)
def test_grey_with_a_profile(curve: bytes):
    some = photo(8, 8, "grey", deep=True, icc=grey_profile(curve))
    assert isinstance(space_of(some), Grey)
    seen = to_srgb(some)
    assert seen[some.pixels[:, :, 0] > 30000].mean() > 0.5
    assert np.abs(seen[:, :, 0] - some.pixels[:, :, 0] / 65535).max() > 0.01  # it is not sRGB's curve
    assert np.abs(space_of(some).from_srgb(seen) * 65535 - some.pixels).max() < 3


def test_cmyk_goes_through_its_profile_or_a_usual_one():
    ink = np.zeros((1, 3, 4), np.uint8)
    ink[0, 1] = (255, 0, 0, 0)
    ink[0, 2] = 255
    for icc in (None, builtin_profile("cmyk")):
        some = Photo(ink, "cmyk", icc=icc)
        assert isinstance(space_of(some), Tables)
        paper, cyan, black = to_srgb(some)[0]
        assert paper.min() > 0.95
        assert cyan[0] < 0.3 < cyan[2]
        assert black.max() < 0.1
        assert np.abs(space_of(some).from_srgb(to_srgb(some))[0, 0]).max() < 0.02


def test_a_profile_for_other_pixels_or_damaged_is_not_believed():
    for icc in (P3[:200], b"", b"x" * 300, P3[:100], builtin_profile("cmyk"), grey_profile(b"curv")):
        assert isinstance(space_of(Photo(STEPS, icc=icc)), Srgb)
    for icc in (P3, builtin_profile("cmyk")[:5000]):
        assert space_of(photo(2, 2, "cmyk", icc=icc)) == Tables(None, "cmyk")


@pytest.mark.parametrize("kind", range(5))
def test_parametric_curves_have_inverses(kind: int):
    numbers = {0: (2.2,), 1: (2.2, 0.9, 0.1), 2: (2.2, 0.9, 0.1, 0.0), 3: (2.4, 0.948, 0.052, 0.077, 0.04),
               4: (2.4, 0.948, 0.052, 0.077, 0.04, 0.0, 0.0)}[kind]  # fmt: skip
    tag = b"para" + bytes(4) + kind.to_bytes(2, "big") + bytes(2)
    tag += b"".join(round(number * 65536).to_bytes(4, "big") for number in numbers)
    profile = parse(grey_profile(tag))
    assert profile is not None
    x = np.linspace(0, 1, 1001, dtype=np.float32)
    light = profile.curves[0].to_light(x)
    assert np.all(np.diff(light) >= -1e-6)
    assert np.abs(profile.curves[0].from_light(light) - x).max() < 1e-4


def test_the_srgb_curve_is_srgbs():
    x = np.array([0.0, 0.02, 0.04045, 0.5, 1.0], np.float32)
    expected = [0.0, 0.02 / 12.92, 0.0031308, 0.2140411, 1.0]
    assert np.allclose(Curve().to_light(x), expected, atol=1e-6)
