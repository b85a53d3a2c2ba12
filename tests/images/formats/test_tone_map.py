"""Gain maps of HEIC and AVIF files as ISO has them, "tmap": kept in JPEG results, and lost by name in others."""

import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders import builtin_profile, camera_exif, quarters, saved
from hdr_seen import EDITS, check_highlights, edited
from heif_file import Item, item_of, overlay, size
from motion_photo import box
from tone_map import HDR, MAP, PHOTO, WHOLE, avif, coded_avif, heic, joined, named_colours
from ultra_hdr import STOPS, coded, iso, scene

from ppcn.errors import InputError
from ppcn.images.colour import cicp
from ppcn.images.formats.heif_items import items_of
from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts

DATA = Path(__file__).parents[1] / "data"
RAMP = read((DATA / "alpha.heic").read_bytes()).pixels[:, :, 3:]  # which is the map of ``heic``


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize(("channels", "shrink"), [(1, 1), (1, 2), (3, 2), (1, 4)])
def test_highlights_keep_their_light(channels: int, shrink: int, edit: str):
    """Of AVIF, within 5 %, as other programs see the JPEG result; what is no highlight is seen as it was edited."""
    original = scene(240, 320, channels)
    photo = read(avif(coded_avif(original.photo), original.gain, shrink=shrink))
    assert photo.lost == ()
    assert photo.gain_map
    assert photo.gain_map.pixels.shape == (240 // shrink, 320 // shrink, channels)
    changed = edited(photo, EDITS[edit])
    data = encode(changed, "jpeg")
    check_highlights(data, original.hdr, original.offset, channels=channels)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"hidden": False},
        {"both": True},
        {"both": True, "hidden": False},
        {"wide": True},
        {"in_meta": [3]},
        {"wide": True, "in_meta": [3], "hidden": False, "both": True},
    ],
)
def test_forms_of_heic(how: dict):
    photo = read(heic(**how))
    assert photo.lost == ()
    assert photo.gain_map
    assert np.array_equal(photo.gain_map.pixels, RAMP)
    assert photo.gain_map.gains.maximum == (STOPS,) * 3
    again = read(encode(photo, "jpeg")).gain_map
    assert again
    assert np.abs(again.pixels.astype(int) - RAMP).mean() < 2


@pytest.mark.parametrize("how", [{}, {"hidden": False}, {"wide": True, "in_meta": [3]}])
def test_forms_of_avif(how: dict):
    original = scene()
    photo = read(avif(coded_avif(original.photo), original.gain, **how))
    assert photo.lost == ()
    assert photo.gain_map
    assert np.abs(photo.gain_map.pixels.astype(int) - coded(original.gain, 0, STOPS, 1, 2)[..., None]).max() <= 2


def test_a_turned_photo_has_a_turned_map():
    """By the container, or by EXIF where that says nothing."""
    for data in (heic(turn=3), heic(exif=camera_exif(6)), heic(turn=3, exif=camera_exif(6))):
        photo = read(data)
        assert photo.gain_map
        assert photo.pixels.shape == (64, 48, 3)
        assert np.array_equal(photo.gain_map.pixels, np.rot90(RAMP, -1))
        assert np.array_equal(photo.pixels, np.rot90(read(heic()).pixels, -1))


def test_a_map_may_be_made_of_other_pictures():
    """As the maps of phones are, of tiles."""
    data = (DATA / "alpha.heic").read_bytes()
    tile = item_of(data, 2, renumbered=9, hidden=True, without=[b"auxC"])
    whole = Item(MAP, b"iovl", overlay(1, 64, 48), (size(64, 48),), hidden=True)
    photo = item_of(data, 1, renumbered=PHOTO)
    made = read(joined(photo, whole, further=[tile], references=[(b"dimg", MAP, [9])], brand=b"heic"))
    assert made.gain_map
    assert np.array_equal(made.gain_map.pixels[..., 0], RAMP[..., 0])


def test_deep_maps_and_those_of_limited_range():
    data = (DATA / "ten_bits.heic").read_bytes()
    deep = joined(item_of(data, 1, renumbered=PHOTO), item_of(data, 1, renumbered=MAP, hidden=True), brand=b"heic")
    photo = read(deep)
    assert photo.gain_map
    assert photo.gain_map.pixels.dtype == np.uint8
    assert np.abs(photo.gain_map.pixels * 257.0 - photo.pixels).max() <= 129
    values = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (48, 1))
    for scope in ("full", "limited"):
        small = item_of(saved(values, "AVIF", quality=100, subsampling="4:0:0", range=scope), 1, renumbered=MAP)
        plain = item_of(coded_avif(quarters()), 1, renumbered=PHOTO)
        photo = read(joined(plain, replace(small, hidden=True), brand=b"avif"))
        assert photo.gain_map
        assert photo.gain_map.pixels.shape == (48, 64, 1)
        assert np.abs(photo.gain_map.pixels[..., 0].astype(int) - values).max() <= 2


def test_colours_of_the_gains():
    """Those of the photo, or those of the HDR picture, where the file says which these are."""
    p3 = builtin_profile("p3")
    own = WHOLE[:4] + b"\0" + WHOLE[5:]
    for meaning, colours, expected in (
        (WHOLE, named_colours(12, 16), (True, p3)),
        (own, named_colours(12, 16), (False, p3)),
        (own, named_colours(1, 16), (False, None)),
        (own, box(b"colr", b"prof" + p3), (False, p3)),
        (own, named_colours(2, 2), (True, None)),
        (own, b"", (True, None)),
    ):
        found = read(heic(meaning, colours=colours)).gain_map
        assert found
        assert (found.gains.in_base_colours, found.icc) == expected


def test_the_photo_keeps_its_own_colours():
    """Its profile is named by numbers, and the HDR picture, in the same file, by others."""
    for codes, expected in (((1, 13), None), ((12, 13), builtin_profile("p3")), ((9, 1), True)):
        icc = read(heic(photo=named_colours(*codes))).icc
        assert icc == (cicp.profile_for({codes}, grey=False) if expected is True else expected)
    with pytest.raises(InputError, match="is an HDR picture"):
        read(heic(photo=named_colours(9, 16), colours=named_colours(1, 13)))


def test_formats_without_maps_say_so():
    for data in (heic(), avif(coded_avif(scene().photo), scene().gain)):
        photo = read(data)
        assert lost_parts(photo, "jpeg") == ()
        for format in ("png", "webp", "tiff", "avif", "jxl"):
            assert lost_parts(photo, format) == ("gain map",)


BROKEN = {
    "no gamma": iso(0, STOPS, 0, 1 / 64),
    "cut": WHOLE[:20],
    "empty": b"",
    "of a later version": b"\0\1" + WHOLE[2:],
    "of an HDR photo": WHOLE[:5] + struct.pack(">IIII", 3000, 1000, 0, 1000) + WHOLE[21:],
    "without a denominator": WHOLE.replace(struct.pack(">I", 1000), bytes(4)),
}


@pytest.mark.parametrize("meaning", BROKEN.values(), ids=BROKEN)
def test_maps_without_a_meaning_are_lost(meaning: bytes):
    for data in (heic(meaning), avif(coded_avif(scene().photo), scene().gain, meaning or b"\0")):
        photo = read(data)
        assert photo.gain_map is None
        assert photo.lost == ("gain map",)


def test_maps_that_cannot_be_decoded_are_lost():
    assert read(heic(version=1)).lost == ("gain map",)
    wide = scene(96, 128)
    small = coded_avif(quarters())
    assert read(avif(small, wide.gain, shrink=1)).lost == ("gain map",)  # larger than the photo
    whole = avif(small, scene(48, 64).gain, shrink=1)
    coded_map = items_of(whole).content(MAP)
    assert read(whole.replace(coded_map, bytes(len(coded_map)))).lost == ("gain map",)
    for kind in (b"iloc", b"iref", b"iinf", b"pitm"):
        place = whole.index(kind)
        for cut in range(12):
            data = whole[: place - 4] + (8 + cut).to_bytes(4, "big") + whole[place : place + 4 + cut]
            try:
                read(data)
            except InputError:
                continue
            raise AssertionError(f"{kind} of {cut} bytes was read")


def test_an_item_is_no_larger_than_its_file():
    """Or its parts, which may be the same bytes again and again, would make any number of bytes of a few."""
    whole = heic()
    entry = whole.index(struct.pack(">HHHH", HDR, 0, 0, 1), whole.index(b"iloc"))
    for length, fits in ((len(whole), True), (len(whole) + 1, False)):
        made = whole[: entry + 8] + struct.pack(">II", 0, length) + whole[entry + 16 :]
        assert items_of(made).content(HDR) == (made if fits else b"")


def test_a_map_of_another_picture_is_none_of_the_photo_s():
    data = (DATA / "alpha.heic").read_bytes()
    other = replace(item_of(data, 1, renumbered=7))
    made = heic(further=[other], primary=7)
    photo = read(made)
    assert photo.gain_map is None
    assert "gain map" in photo.lost


def test_memory_counts_the_map():
    """As much as that of JPEG."""
    asked: list[int] = []
    for data in (heic(), (DATA / "ten_bits.heic").read_bytes(), avif(coded_avif(quarters()), scene(48, 64).gain)):
        read(data, admit=lambda *size: asked.append(size[2]))
    assert asked == [3 + 12, 6, 3 + 12]
