"""Depth maps: one in XMP stays as long as it fits the photo; pictures of their own are named where they are lost."""

import hashlib
import io
import struct
from base64 import b64encode

import numpy as np
import pytest
from builders import camera_exif, quarters, saved
from PIL import Image
from ultra_hdr import RDF, file, segment

import ppcn
from ppcn.images.metadata import xmp
from ppcn.images.read import read
from ppcn.images.write import encode, lost_parts

NAMES = (
    'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" xmlns:GImage="http://ns.google.com/photos/1.0/image/" '
)
MAP = b64encode(saved(np.arange(48 * 64, dtype=np.uint8).reshape(48, 64), "PNG")).decode()
SAID = 'GDepth:Format="RangeInverse" GDepth:Mime="image/png" GDepth:ImageWidth="64" GDepth:ImageHeight="48" '
WITH_MAP = RDF.format(f'{NAMES}{SAID}GDepth:Data="{MAP}">').encode()
ELEMENT = RDF.format(f"{NAMES}{SAID}><GDepth:Data>{MAP}</GDepth:Data>").encode()
ORIGINAL = RDF.format(f'{NAMES}{SAID}GDepth:Data="{MAP}" GImage:Mime="image/jpeg" GImage:Data="{MAP}">').encode()
DISPARITY = RDF.format('xmlns:depthData="http://ns.apple.com/depthData/1.0/" depthData:DepthDataVersion="1">').encode()


def packet(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.info.get("xmp", b"")


@pytest.mark.parametrize("said", [WITH_MAP, ELEMENT])
def test_a_map_in_xmp_stays_and_follows_the_size(said: bytes):
    data = saved(quarters(), "JPEG", xmp=said)
    assert read(data).lost == ()
    for scale in (1, 2):
        found = packet(ppcn.enhance(data) if scale == 1 else ppcn.upscale(data, scale=2))
        assert MAP.encode() in found
        assert b'GDepth:ImageWidth="%d" GDepth:ImageHeight="%d"' % (64 * scale, 48 * scale) in found
    assert b"GDepth" not in packet(encode(read(data), "jpeg", strip_metadata=True))
    assert lost_parts(read(data), "jpeg", strip_metadata=True) == ()


def test_a_map_of_a_turned_photo_is_lost():
    """It would have to be turned as a picture."""
    photo = read(saved(quarters(), "JPEG", xmp=WITH_MAP, exif=b"Exif\0\0" + camera_exif(6)))
    assert photo.lost == ("depth map",)
    assert photo.xmp is None or b"GDepth:" not in photo.xmp
    assert read(saved(quarters(), "JPEG", xmp=WITH_MAP, exif=b"Exif\0\0" + camera_exif(1))).lost == ()


def test_the_unedited_picture_that_comes_with_a_map_is_lost():
    """Programs would show it in place of the result."""
    photo = read(saved(quarters(), "JPEG", xmp=ORIGINAL))
    assert photo.lost == ("further pictures",)
    assert photo.xmp
    assert MAP.encode() in photo.xmp
    assert b"GImage:Data" not in photo.xmp


@pytest.mark.parametrize("whole", [False, True])
def test_a_map_in_further_xmp(whole: bool):
    """Where phones have it, since it is longer than a segment; what is missing of it cannot be kept."""
    long = b64encode(np.random.default_rng(0).bytes(100_000)).decode()
    further = RDF.format(f'{NAMES}GDepth:Data="{long}">').encode()
    name = hashlib.md5(further, usedforsecurity=False).hexdigest().upper()
    note = RDF.format(f'{NAMES}{SAID}xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{name}">')
    parts = [segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + note.encode())]
    for start in range(0, len(further), 60_000):
        head = name.encode() + struct.pack(">II", len(further), start)
        parts.append(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + head + further[start : start + 60_000]))
    plain = saved(quarters(), "JPEG")
    photo = read(plain[:2] + b"".join(parts if whole else parts[:-1]) + plain[2:])
    assert photo.lost == (() if whole else ("depth map", "further XMP"))
    again = read(encode(photo, "jpeg"))
    assert (again.lost, xmp.has_depth_map(again.xmp or b"")) == ((), whole)
    assert (long.encode() in (again.xmp or b"")) == whole
    assert b"GDepth:Format" in again.xmp if whole and again.xmp else True


def test_maps_as_pictures_are_named():
    about = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + DISPARITY)
    data = file(quarters(), quarters()[..., 0], about, said=False)
    assert read(data).lost == ("depth map",)
    assert read(data.replace(DISPARITY, DISPARITY.replace(b"depthData:", b"otherData:"))).lost == ("further pictures",)
    stereo = file(quarters(), quarters(), xmp=WITH_MAP, said=False)  # the map is no picture of its own
    assert read(stereo).lost == ("further pictures",)


@pytest.mark.parametrize(
    ("sign", "part"),
    [
        (b"urn:mpeg:hevc:2015:auxid:2\0", "depth map"),
        (b"urn:mpeg:mpegB:cicp:systems:auxiliary:depth", "depth map"),
        (b"urn:com:apple:photo:2018:aux:portraiteffectsmatte", "portrait mask"),
        (b"urn:com:apple:photo:2019:aux:semanticskinmatte", "portrait mask"),
        (b"urn:com:apple:photo:2020:aux:semanticskymatte", "portrait mask"),
        (b'semanticSegmentationMatte:SemanticSegmentationMatteVersion="1"', "portrait mask"),
        (b"DualShot_DepthMap", "depth map"),
    ],
)
def test_signs_of_maps(sign: bytes, part: str):
    assert read(saved(quarters(), "JPEG") + sign).lost == (part,)
