"""Gain maps of JPEG files: kept around an edited photo, in all forms that phones write."""

import io
import struct
from dataclasses import replace

import numpy as np
import pytest
from builders import builtin_profile, camera_exif, quarters
from hdr_seen import EDITS, check_highlights, edited, luminance, rendered
from PIL import Image
from ultra_hdr import ISO, RDF, STOPS, XMP, file, in_adobe, in_apple, in_heic, in_iso, iso, light, scene, segment

from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts

FORMS = {
    "iso": in_iso,
    "iso gamma": lambda gain: in_iso(gain, gamma=0.6),
    "iso from below": lambda gain: in_iso(gain, low=-1),
    "iso quarter": lambda gain: in_iso(gain, shrink=4),
    "iso whole": lambda gain: in_iso(gain, shrink=1),
    "adobe": in_adobe,
    "adobe gamma": lambda gain: in_adobe(gain, gamma=0.6),
    "adobe listed": lambda gain: in_adobe(gain, listed=True),
    "adobe from below, quarter": lambda gain: in_adobe(gain, low=-0.5, shrink=4),
    "both": lambda gain: (in_iso(gain)[0], in_iso(gain)[1] + in_adobe(gain)[1]),
    "apple": in_apple,
    "apple quarter": lambda gain: in_apple(gain, shrink=4),
}


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("form", FORMS)
def test_highlights_keep_their_light(form, channels, edit):
    """Within 5 %, as another reader sees them; what is no highlight is seen as it was edited."""
    if form.startswith("apple") and channels == 3:
        pytest.skip("Apple's maps have one channel")
    original = scene(240, 320, channels)
    if form.startswith("apple"):
        original.offset = 0
    photo = read(file(original.photo, *FORMS[form](original.gain)))
    assert photo.lost == ()
    changed = edited(photo, EDITS[edit])
    data = encode(changed, "jpeg")
    found = check_highlights(data, original.hdr, original.offset, channels=channels)
    assert np.abs(np.asarray(Image.open(io.BytesIO(data))).astype(int) - changed.pixels).mean() < 2
    flat = original.gain.max(2) < 0.02
    assert np.median(np.abs(found - luminance(light(changed.pixels / 255)))[flat]) < 0.01  # nothing to add there


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_photo_has_a_turned_map(orientation):
    original = scene()
    upright = read(file(original.photo, *in_iso(original.gain))).gain_map
    data = file(original.photo, *in_iso(original.gain), exif=camera_exif(orientation))
    photo = read(data)
    assert upright
    assert photo.gain_map
    height, width = photo.gain_map.pixels.shape[:2]
    assert (height > width) == (photo.height > photo.width)
    y, x = np.unravel_index(photo.gain_map.pixels[..., 0].argmax(), (height, width))
    brightest = np.unravel_index(photo.pixels.sum(2).argmax(), photo.pixels.shape[:2])
    assert np.abs(np.array([y * 2, x * 2]) - brightest).max() < 12
    again = read(encode(photo, "jpeg")).gain_map
    assert again
    assert np.array_equal(again.pixels.shape, photo.gain_map.pixels.shape)


def test_what_is_written_has_both_forms_and_other_readers_find_it():
    original = scene()
    data = encode(read(file(original.photo, *in_iso(original.gain))), "jpeg")
    with Image.open(io.BytesIO(data)) as image:
        first, index = image.info["xmp"], image._getmp()  # pyright: ignore[reportAttributeAccessIssue]
        place = image.info["mpoffset"]
    assert [entry["Attribute"]["MPType"] for entry in index[0xB002]] == ["Baseline MP Primary Image", "Undefined"]
    start = place + index[0xB002][1]["DataOffset"]
    assert start == index[0xB002][0]["Size"]
    with Image.open(io.BytesIO(data[start:])) as image:
        assert image.size == (64, 48)
        second = image.info["xmp"]
    assert b'hdrgm:Version="1.0"' in first
    assert b'Item:Semantic="GainMap"' in first
    assert b"hdrgm:GainMapMax=" in second
    length = int(first.split(b'Item:Length="')[1].split(b'"')[0])
    assert data[-length:].startswith(b"\xff\xd8\xff")
    assert data.count(ISO) == 2


def test_xmp_of_ones_own_is_kept_beside():
    original = scene()
    own = RDF.format('xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="Sun">').encode()
    photo = read(file(original.photo, *in_iso(original.gain), xmp=own))
    with Image.open(io.BytesIO(encode(photo, "jpeg"))) as image:
        packet = image.info["xmp"]
    assert b'dc:title="Sun"' in packet
    assert packet.count(b"Container:Directory>") == 2
    again = read(encode(read(encode(photo, "jpeg")), "jpeg"))
    assert again.gain_map
    assert again.xmp
    assert b"Container" not in again.xmp


def test_google_writes_no_index_in_some_files():
    original = scene()
    items = (
        'xmlns:Container="http://ns.google.com/photos/1.0/container/" hdrgm:Version="1.0" '
        'xmlns:Item="http://ns.google.com/photos/1.0/container/item/"><Container:Directory><rdf:Seq>'
        '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>'
        '<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" '
        'Item:Length="LENGTH"/></rdf:li></rdf:Seq></Container:Directory>'
    )
    data = file(original.photo, *in_adobe(original.gain), index=False, xmp=RDF.format(items).encode())
    photo = read(data)
    assert photo.gain_map
    assert photo.lost == ()


def test_apples_headroom_may_stand_in_the_maker_note():
    """Tags 33 and 48 of 1.0 and 0.0 are 3 stops, by Apple's formula."""
    note = b"Apple iOS\0\0\1MM" + struct.pack(">H", 2)
    note += struct.pack(">HHII", 0x21, 10, 1, 50) + struct.pack(">HHII", 0x30, 10, 1, 58) + bytes(4)
    note = note.ljust(50, b"\0") + struct.pack(">iiii", 1, 1, 0, 1)
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x927C] = note
    original = scene()
    values, _ = in_apple(original.gain)
    said = RDF.format('xmlns:HDRGainMap="http://ns.apple.com/HDRGainMap/1.0/" HDRGainMap:HDRGainMapVersion="65536">')
    found = read(file(original.photo, values, segment(0xE1, XMP + said.encode()), exif=exif.tobytes())).gain_map
    assert found
    assert found.gains.alternate_headroom == pytest.approx(3)


def test_a_map_is_stretched_over_an_enlarged_photo():
    original = scene(240, 320)
    photo = read(file(original.photo, *in_iso(original.gain)))
    twice = replace(photo, pixels=photo.pixels.repeat(2, 0).repeat(2, 1))
    found, wanted = (luminance(rendered(encode(each, "jpeg"), original.offset)) for each in (twice, photo))
    wanted = wanted.repeat(2, 0).repeat(2, 1)
    assert np.percentile(np.abs(found / wanted - 1)[wanted > 1], 98) < 0.05


def test_formats_without_maps_say_so():
    photo = read(file(scene().photo, *in_iso(scene().gain)))
    assert lost_parts(photo, "jpeg") == ()
    for format in ("png", "webp", "tiff", "avif"):
        assert lost_parts(photo, format) == ("gain map",)
        assert read(encode(photo, format)).gain_map is None


@pytest.mark.parametrize(
    "broken",
    [
        iso(0, STOPS, 0, 1 / 64),
        iso(STOPS, 0, 1, 1 / 64),
        iso(0, 1000, 1, 1 / 64),
        iso(0, STOPS, 1, 1 / 64)[:20],
        b"\0\1\0\0" + iso(0, STOPS, 1, 1 / 64)[4:],
        b"\0\0\0\0\x44" + iso(0, STOPS, 1, 1 / 64)[5:],
        iso(0, STOPS, 1, 1 / 64).replace(struct.pack(">I", 1000), bytes(4)),
        b"",
    ],
)
def test_maps_that_cannot_be_read_are_lost(broken):
    original = scene()
    photo = read(file(original.photo, in_iso(original.gain)[0], segment(0xE2, ISO + broken)))
    assert photo.gain_map is None
    assert photo.lost == ("gain map",)
    assert read(encode(photo, "jpeg")).lost == ()


def test_damaged_and_oversized_maps_are_lost():
    original = scene()
    values, about = in_iso(original.gain)
    whole = file(original.photo, values, about)
    assert read(whole[:-400]).lost == ("gain map",)
    large = file(original.photo, np.zeros((400, 400), np.uint8), about)
    assert read(large).lost == ("gain map",)


def test_grey_and_wide_photos_have_maps():
    original = scene()
    grey = file(original.photo[..., 0], *in_iso(original.gain))
    assert read(encode(read(grey), "jpeg")).gain_map
    wide = file(original.photo, *in_iso(original.gain), icc_profile=builtin_profile("p3"))
    again = read(encode(edited(read(wide), EDITS["brighter"]), "jpeg"))
    assert again.gain_map
    assert again.icc


def test_black_photos_and_tiny_maps():
    for photo, values in (
        (np.zeros((96, 128, 3), np.uint8), np.zeros((48, 64), np.uint8)),
        (quarters(9, 7), np.full((1, 1), 90, np.uint8)),
        (quarters(1, 1), np.full((1, 1), 90, np.uint8)),
    ):
        about = segment(0xE2, ISO + iso(0, STOPS, 1, 0))
        again = read(encode(edited(read(file(photo, values, about)), EDITS["brighter"]), "jpeg"))
        assert again.gain_map


def test_apples_maps_in_heic_follow_into_jpeg():
    photo = read(in_heic(headroom=4.0))
    assert photo.gain_map
    assert "gain map" not in photo.lost
    assert photo.gain_map.pixels.shape == (48, 64, 1)
    assert photo.gain_map.gains.alternate_headroom == pytest.approx(2)
    assert np.ptp(photo.gain_map.pixels) > 200
    again = read(encode(photo, "jpeg"))
    assert again.gain_map
    assert np.abs(again.gain_map.pixels.astype(int) - photo.gain_map.pixels).mean() < 2


def test_apples_maps_without_a_headroom_are_lost():
    photo = read(in_heic())
    assert photo.gain_map is None
    assert photo.lost == ("gain map",)


def test_gains_at_the_limits_of_their_numbers_can_be_written():
    """Negative offsets and headrooms, which signed numbers allow."""
    original = scene()
    values, _ = in_iso(original.gain)
    said = RDF.format(
        'hdrgm:GainMapMax="3" hdrgm:OffsetSDR="-0.5" hdrgm:HDRCapacityMin="-2" hdrgm:HDRCapacityMax="-1">'
    )
    for about in (segment(0xE2, ISO + iso(-2, STOPS, 1, -1)), segment(0xE1, XMP + said.encode())):
        photo = read(file(original.photo, values, about))
        for edit in EDITS.values():
            assert read(encode(edited(photo, edit), "jpeg")).gain_map
