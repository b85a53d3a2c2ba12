"""Photos of every kind, made by code: small files as phones, cameras and programs write them.

They are written by Pillow, tifffile, pylibjxl and by hand, never by ppcn. Nothing that the tests may install writes
HEIC, so those are the files of tests/images/data, some of them changed.
"""

import hashlib
import io
import struct
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import heif_file
import motion_photo
import numpy as np
import pylibjxl
import tifffile
import tone_map
from builders import RECORD, RESOURCES, builtin_profile, camera_exif, compressed, png, png_of, quarters, raw, saved
from dng import dng
from motion_photo import FILM, box
from PIL import Image, ImageCms
from ultra_hdr import RDF, file, in_adobe, in_apple, in_heic, in_iso, scene, segment

DATA = Path(__file__).parents[1] / "images" / "data"
PACKET = RDF.format('xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="A lake">').encode()
IN_XMP = b64encode(saved(np.arange(48 * 64, dtype=np.uint8).reshape(48, 64), "PNG")).decode()  # a depth map
DEPTH = RDF.format(
    'xmlns:GDepth="http://ns.google.com/photos/1.0/depthmap/" GDepth:Format="RangeInverse" GDepth:Mime="image/png" '
    f'GDepth:Near="0.5" GDepth:Far="9" GDepth:ImageWidth="64" GDepth:ImageHeight="48" GDepth:Data="{IN_XMP}">'
).encode()
DYNAMIC_DEPTH = RDF.format(
    'xmlns:Item="http://ns.google.com/photos/1.0/container/item/" Item:Semantic="Depth">'
).encode()
LONG_TEXT = "A lake, at noon." * 12_000  # 190 KB
LONG_PACKET = RDF.format(f'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="{LONG_TEXT}">').encode()
CREDENTIALS = b"JP\0\1\0\0\0\1\0\0\0\x1djumbjumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\3c2pa\0"  # C2PA's superbox
PLACE = (33922, 12, 6, (0.0, 0.0, 0.0, 8.5, 47.4, 0.0), True)  # GeoTIFF: a point of the picture, and of the map
DPI = (300, 300)
EXIF = b"Exif\0\0" + camera_exif(1)
LONG_EXIF = b"Exif\0\0" + camera_exif(1, note=bytes(100_000))
PHOTO = quarters()
GREY = PHOTO.max(2) - PHOTO.min(2)
ALPHA = np.linspace(0, 255, PHOTO.shape[1]).astype(np.uint8)[None].repeat(PHOTO.shape[0], 0)
DEEP = np.arange(PHOTO.size, dtype=np.uint16).reshape(PHOTO.shape) * 7  # values that 8 bits cannot hold
INKS = np.dstack([PHOTO, 255 - ALPHA])


@dataclass(frozen=True)
class Kind:
    """A photo of a kind: the suffix of its file, and what makes its bytes."""

    suffix: str
    make: Callable[[], bytes]


def made(picture: np.ndarray | Image.Image, kind: str, **how: Any) -> bytes:
    """Return a file as Pillow writes it, of an array or of a picture of its own."""
    if isinstance(picture, np.ndarray):
        return saved(picture, kind, **how)
    buffer = io.BytesIO()
    picture.save(buffer, kind, **how)
    return buffer.getvalue()


def tiff(pixels: np.ndarray, **how: Any) -> bytes:
    """Return a file as tifffile writes it."""
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, metadata=None, software="", **how)
    return buffer.getvalue()


def png16(pixels: np.ndarray) -> bytes:
    """Return a PNG file of 16 bits: grey, RGB or RGBA."""
    height, width, channels = pixels.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    return png(width, height, 16, {1: 0, 3: 2, 4: 6}[channels], rows)


def jpeg(*segments: bytes, **how: Any) -> bytes:
    """Return a JPEG file with segments before those of Pillow."""
    data = saved(PHOTO, "JPEG", quality=95, subsampling=0, **how)
    return data[:2] + b"".join(segments) + data[2:]


def further(kind: str, **how: Any) -> bytes:
    """Return a file of two pictures."""
    return made(Image.fromarray(PHOTO), kind, save_all=True, append_images=[Image.fromarray(255 - PHOTO)], **how)


def heic(name: str, behind: bytes = b"", **changed: bytes) -> bytes:
    """Return one of the HEIC files, in which words are changed, with bytes behind it."""
    data = (DATA / f"{name}.heic").read_bytes()
    for old, new in changed.items():
        data = data.replace(old.encode(), new)
    return data + behind


def jxl(pixels: np.ndarray, **how: Any) -> bytes:
    """Return a JPEG XL file that loses nothing, as libjxl writes it."""
    return pylibjxl.encode(pixels, lossless=True, distance=0, **how)


@cache
def adobe_rgb() -> bytes:
    """Return the profile of the PNG file that names Adobe RGB by its numbers, as Little CMS would write one."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(builtin_profile("p3")))
    data = bytearray(profile.tobytes())
    # The columns of red, green and blue, and a gamma of 2.19921875 (563 / 256), as Adobe's own profile has them.
    columns = {b"rXYZ": (0.60974, 0.31111, 0.01947), b"gXYZ": (0.20528, 0.62567, 0.06087),
               b"bXYZ": (0.14919, 0.06322, 0.74457)}  # fmt: skip
    count = int.from_bytes(data[128:132], "big")
    for entry in range(132, 132 + 12 * count, 12):
        tag, place = bytes(data[entry : entry + 4]), int.from_bytes(data[entry + 4 : entry + 8], "big")
        if tag in columns:
            numbers = (round(value * 65536).to_bytes(4, "big") for value in columns[tag])
            data[place + 8 : place + 20] = b"".join(numbers)
        if tag[1:] == b"TRC":
            data[place : place + 14] = b"curv" + bytes(4) + (1).to_bytes(4, "big") + (563).to_bytes(2, "big")
            data[entry + 8 : entry + 12] = (14).to_bytes(4, "big")
    return bytes(data)


P3 = builtin_profile("p3")
IPTC_SEGMENT = segment(0xED, b"Photoshop 3.0\0" + RESOURCES)
ABOUT: dict[str, Any] = {"exif": EXIF, "icc_profile": P3, "xmp": PACKET, "dpi": DPI}


def extended() -> tuple[bytes, ...]:
    """Return the segments of a long XMP packet (XMP, part 3, 1.1.3.1)."""
    name = hashlib.md5(LONG_PACKET, usedforsecurity=False).hexdigest().upper()
    note = RDF.format(f'xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="{name}">').encode()
    pieces = [segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + note)]
    for start in range(0, len(LONG_PACKET), 60_000):
        head = name.encode() + struct.pack(">II", len(LONG_PACKET), start)
        piece = LONG_PACKET[start : start + 60_000]
        pieces.append(segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + head + piece))
    return tuple(pieces)


def gain_map(form: Callable[..., tuple[np.ndarray, bytes]]) -> bytes:
    """Return a JPEG file with a gain map in a form."""
    return file(scene().photo, *form(scene().gain))


def second_of_apple(prefix: str, name: str) -> bytes:
    """Return a JPEG file with a picture behind it that says, as Apple's do, by its XMP what it is."""
    said = RDF.format(f'xmlns:{prefix}="http://ns.apple.com/{prefix}/1.0/" {prefix}:{name}="65552">').encode()
    return file(PHOTO, ALPHA, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + said), said=False)


def heic_with(kind: bytes) -> bytes:
    """Return the HEIC file with alpha, which becomes an auxiliary picture of another kind."""
    data = (DATA / "alpha.heic").read_bytes()
    second = heif_file.item_of(data, 2, renumbered=2, hidden=True, without=[b"auxC"])
    belongs = heif_file.full(b"auxC", kind + b"\0")
    items = [
        heif_file.item_of(data, 1, renumbered=1),
        replace(second, properties=(*second.properties, belongs)),
    ]
    return heif_file.written(items, [(b"auxl", 2, [1])])


KINDS: dict[str, Kind] = {
    "JPEG": Kind("jpg", jpeg),
    "JPEG, progressive": Kind("jpg", lambda: jpeg(progressive=True)),
    "JPEG, grey": Kind("jpg", lambda: saved(GREY, "JPEG", quality=98)),
    "JPEG, CMYK": Kind("jpg", lambda: made(Image.fromarray(INKS, "CMYK"), "JPEG", quality=98, subsampling=0)),
    "JPEG of a phone": Kind("jpg", lambda: jpeg(IPTC_SEGMENT, **ABOUT)),
    "JPEG, comment": Kind("jpg", lambda: jpeg(comment=b"A lake")),
    "JPEG, XMP of 200 KB": Kind("jpg", lambda: jpeg(*extended())),
    "JPEG, Content Credentials": Kind("jpg", lambda: jpeg(segment(0xEB, CREDENTIALS))),
    "JPEG, Adobe RGB": Kind("jpg", lambda: jpeg(icc_profile=adobe_rgb())),
    **{f"JPEG, orientation {n}": Kind("jpg", lambda n=n: jpeg(exif=b"Exif\0\0" + camera_exif(n))) for n in range(2, 9)},
    "JPEG, gain map of ISO": Kind("jpg", lambda: gain_map(in_iso)),
    "JPEG, gain map of Ultra HDR": Kind("jpg", lambda: gain_map(in_adobe)),
    "JPEG, gain map of Apple": Kind("jpg", lambda: gain_map(in_apple)),
    "JPEG, film of Google": Kind("jpg", lambda: motion_photo.FILES["google"]),
    "JPEG, film of Google, older": Kind("jpg", lambda: motion_photo.FILES["micro video"]),
    "JPEG, film of Samsung": Kind("jpg", lambda: motion_photo.FILES["samsung"]),
    "JPEG, depth map in XMP": Kind("jpg", lambda: jpeg(xmp=DEPTH)),
    "JPEG, depth map of Google": Kind("jpg", lambda: jpeg(xmp=DYNAMIC_DEPTH)),
    "JPEG, depth map of Apple": Kind("jpg", lambda: second_of_apple("depthData", "DepthDataVersion")),
    "JPEG, portrait mask of Apple": Kind(
        "jpg", lambda: second_of_apple("portraitEffectsMatte", "PortraitEffectsMatteVersion")
    ),
    "JPEG, two pictures": Kind("jpg", lambda: further("MPO")),
    "PNG": Kind("png", lambda: saved(PHOTO, "PNG")),
    "PNG, 16 bits": Kind("png", lambda: png16(DEEP)),
    "PNG, grey of 16 bits": Kind("png", lambda: png16(DEEP[:, :, :1])),
    "PNG, grey": Kind("png", lambda: saved(GREY, "PNG")),
    "PNG, alpha": Kind("png", lambda: saved(np.dstack([PHOTO, ALPHA]), "PNG")),
    "PNG, alpha of 16 bits": Kind("png", lambda: png16(np.dstack([DEEP, DEEP[:, :, 0]]))),
    "PNG, palette": Kind("png", lambda: made(Image.fromarray(PHOTO).quantize(4), "PNG")),
    "PNG, EXIF": Kind("png", lambda: saved(PHOTO, "PNG", exif=EXIF, icc_profile=P3, dpi=DPI)),
    "PNG, XMP": Kind("png", lambda: png_of((b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + PACKET), behind=False)),
    "PNG, IPTC": Kind("png", lambda: png_of(compressed("Raw profile type iptc", raw("iptc", RESOURCES)), behind=True)),
    "PNG, comment": Kind("png", lambda: png_of((b"tEXt", b"Comment\0A lake"), behind=True)),
    "PNG, EXIF of 100 KB": Kind("png", lambda: saved(PHOTO, "PNG", exif=LONG_EXIF)),
    "PNG, Content Credentials": Kind("png", lambda: png_of((b"caBX", CREDENTIALS[8:]), behind=False)),
    "PNG, cICP": Kind("png", lambda: png_of((b"cICP", bytes((12, 13, 0, 1))), behind=False)),
    "PNG, two frames": Kind("png", lambda: further("PNG")),
    "WebP": Kind("webp", lambda: saved(PHOTO, "WEBP", lossless=True)),
    "WebP, lossy": Kind("webp", lambda: saved(PHOTO, "WEBP", **ABOUT)),
    "WebP, alpha": Kind("webp", lambda: saved(np.dstack([PHOTO, ALPHA]), "WEBP", lossless=True, exact=True)),
    "WebP, two frames": Kind("webp", lambda: further("WEBP")),
    "TIFF": Kind("tif", lambda: tiff(PHOTO, photometric="rgb")),
    "TIFF, 16 bits": Kind("tif", lambda: tiff(DEEP, photometric="rgb", compression="zlib")),
    "TIFF, alpha": Kind("tif", lambda: tiff(np.dstack([PHOTO, ALPHA]), photometric="rgb", extrasamples=[2])),
    "TIFF, CMYK": Kind("tif", lambda: tiff(INKS, photometric="separated")),
    "TIFF, LZW": Kind("tif", lambda: saved(PHOTO, "TIFF", compression="tiff_lzw")),
    "TIFF, EXIF": Kind("tif", lambda: saved(PHOTO, "TIFF", exif=EXIF, icc_profile=P3, dpi=DPI)),
    "TIFF, IPTC": Kind(
        "tif", lambda: tiff(PHOTO, photometric="rgb", extratags=[(33723, 7, len(RECORD), RECORD, True)])
    ),
    "TIFF, XMP": Kind("tif", lambda: tiff(PHOTO, photometric="rgb", extratags=[(700, 7, len(PACKET), PACKET, True)])),
    "TIFF, GeoTIFF": Kind("tif", lambda: tiff(PHOTO, photometric="rgb", extratags=[PLACE])),
    "TIFF, two pages": Kind("tif", lambda: tiff(np.stack([PHOTO, PHOTO]), photometric="rgb")),
    "BigTIFF": Kind("tif", lambda: tiff(PHOTO, photometric="rgb", bigtiff=True)),
    "HEIC of a phone": Kind("heic", lambda: heic("display_p3_turned")),
    "HEIC, turned by EXIF": Kind("heic", lambda: heic("display_p3_turned", irot=b"skip")),
    "HEIC, alpha": Kind("heic", lambda: heic("alpha")),
    "HEIC, 10 bits": Kind("heic", lambda: heic("ten_bits")),
    "HEIC, grey": Kind("heic", lambda: heic("grey")),
    "HEIC, gain map of Apple": Kind("heic", lambda: in_heic(headroom=4.0)),
    "HEIC, gain map of ISO": Kind("heic", tone_map.heic),
    "HEIC, depth map": Kind("heic", lambda: heic_with(b"urn:mpeg:hevc:2015:auxid:2")),
    "HEIC, portrait mask": Kind("heic", lambda: heic_with(b"urn:com:apple:photo:2018:aux:portraiteffectsmatte")),
    "HEIC, film": Kind("heic", lambda: heic("display_p3_turned", box(b"mpvd", FILM))),
    "AVIF": Kind("avif", lambda: saved(PHOTO, "AVIF", quality=100, subsampling="4:4:4", **ABOUT)),
    "AVIF, alpha": Kind("avif", lambda: saved(np.dstack([PHOTO, ALPHA]), "AVIF", quality=100)),
    "AVIF, gain map of ISO": Kind("avif", lambda: tone_map.avif(tone_map.coded_avif(scene().photo), scene().gain)),
    "AVIF, two frames": Kind("avif", lambda: further("AVIF")),
    "GIF": Kind("gif", lambda: made(Image.fromarray(PHOTO).quantize(4), "GIF")),
    "GIF, comment": Kind("gif", lambda: made(Image.fromarray(PHOTO).quantize(4), "GIF", comment=b"A lake")),
    "GIF, two frames": Kind("gif", lambda: further("GIF")),
    "JPEG XL": Kind("jxl", lambda: jxl(PHOTO, exif=EXIF[6:], xmp=PACKET, icc=P3)),
    "JPEG XL, alpha": Kind("jxl", lambda: jxl(np.dstack([PHOTO, ALPHA]))),
    "JPEG 2000": Kind("jp2", lambda: saved(PHOTO, "JPEG2000")),
    "BMP": Kind("bmp", lambda: saved(PHOTO, "BMP")),
    "PNM": Kind("ppm", lambda: saved(PHOTO, "PPM")),
    "DNG": Kind("dng", lambda: dng(PHOTO / 255.0)),
}


@cache
def data_of(name: str) -> bytes:
    """Return the file of a kind."""
    return KINDS[name].make()
