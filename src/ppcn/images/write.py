"""From a Photo to a file, or its bytes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from ppcn.errors import OutputError
from ppcn.files import atomic_write
from ppcn.images.colour.spaces import Grey, Srgb, space_of
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.formats import jpeg, png, tiff, webp
from ppcn.images.metadata import exif, xmp
from ppcn.images.photo import Photo
from ppcn.images.pixels.vips import attach, from_array, vips

SUFFIXES = {
    ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png", ".webp": "webp", ".tif": "tiff", ".tiff": "tiff", ".avif": "avif",
}  # fmt: skip
WITH_CMYK, WITH_ALPHA, WITH_16_BITS = ("jpeg", "tiff"), ("png", "webp", "tiff", "avif"), ("png", "tiff", "avif")

LARGEST_SIDE = {"jpeg": 65535, "webp": 16383, "avif": 16384}
FITTED_PIXELS = 24_000_000  # JPEG's codes are fitted up to here: files a seventh smaller, 12 bytes of memory a pixel
DEFAULT_QUALITY = {"jpeg": 95, "webp": 90, "avif": 85}


def format_of(path: Path) -> str:
    """Return the format that a name's suffix asks for. Raises ``OutputError`` for one that cannot be written."""
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        raise OutputError(
            f"{path}: pictures cannot be written as {path.suffix or 'a file without a suffix'}; "
            f"use one of {', '.join(SUFFIXES)}."
        ) from None


def write(
    photo: Photo, path: Path, *, overwrite: bool = False, quality: int | None = None, strip_metadata: bool = False
) -> None:
    """Write a photo in the format that the name's suffix asks for, whole or not at all. See ``encode``.

    Raises ``OutputError`` when the file exists and may not be overwritten, or when it cannot be written.
    """
    kind = format_of(path)
    atomic_write(path, encode(photo, kind, quality=quality, strip_metadata=strip_metadata), overwrite=overwrite)


def encode(photo: Photo, format: str, *, quality: int | None = None, strip_metadata: bool = False) -> bytes:
    """Return a photo as the bytes of a file; ``format`` is "jpeg", "png", "webp", "tiff" or "avif".

    ``quality`` is 1 to 100 (JPEG 95, WebP 90, AVIF 85 unless given; PNG and TIFF lose nothing). Colour is never
    subsampled in JPEG and AVIF. What a format cannot hold is converted: alpha in JPEG is laid on white; CMYK becomes
    sRGB outside of JPEG and TIFF; 16 bits become 8 in JPEG and WebP, 10 in AVIF. EXIF, XMP, resolution and ICC profile
    are kept; ``strip_metadata`` keeps the ICC profile alone, and only where colours would change without it.

    Raises ``OutputError`` when the photo is too large for the format, ``ValueError`` for an unknown format or quality.
    """
    if format not in _SAVERS:
        raise ValueError(f"format must be one of {', '.join(_SAVERS)}, not {format!r}")
    if quality is not None and not 1 <= quality <= 100:
        raise ValueError(f"quality must be 1 to 100, not {quality}")
    side = max(photo.width, photo.height)
    if side > LARGEST_SIDE.get(format, side):
        raise OutputError(
            f"A picture of {photo.width}x{photo.height} pixels is too large for {format}, "
            f"whose sides end at {LARGEST_SIDE[format]}; choose png or tiff."
        )
    photo = _fitted(photo, format)
    if strip_metadata:
        plain = isinstance(space_of(photo), Srgb) or space_of(photo) == Grey()
        photo = replace(photo, exif=None, xmp=None, dpi=None, icc=None if plain else photo.icc)
    else:
        size = photo.width, photo.height
        photo = replace(
            photo,
            exif=exif.resized(photo.exif, *size) if photo.exif else None,
            xmp=xmp.resized(photo.xmp, *size) if photo.xmp else None,
        )
    image = from_array(photo.pixels, photo.space)
    if photo.icc:
        attach(image, "icc-profile-data", photo.icc)
    try:
        return _SAVERS[format](image, photo, quality or DEFAULT_QUALITY.get(format, 0))
    except vips().Error as error:
        raise OutputError(
            f"The picture cannot be written as {format}: {str(error).strip().splitlines()[-1]}."
        ) from error


def _fitted(photo: Photo, kind: str) -> Photo:
    """Return the photo with what ``kind`` cannot hold converted."""
    if photo.space == "cmyk" and kind not in WITH_CMYK:
        rgb = np.rint(to_srgb(photo) * photo.peak).astype(photo.pixels.dtype)
        pixels = np.concatenate([rgb, photo.pixels[:, :, 4:]], axis=2)
        photo = replace(photo, pixels=pixels, space="rgb", icc=None)
    if photo.alpha and kind not in WITH_ALPHA:
        cover = photo.pixels[:, :, -1:].astype(np.float32) / photo.peak
        white = 0 if photo.space == "cmyk" else photo.peak
        pixels = np.rint(photo.colours * cover + white * (1 - cover)).astype(photo.pixels.dtype)
        photo = replace(photo, pixels=pixels, alpha=False)
    if photo.peak > 255 and kind not in WITH_16_BITS:
        photo = replace(photo, pixels=((photo.pixels.astype(np.uint32) + 128) // 257).astype(np.uint8))
    return photo


def _jpeg(image: Any, photo: Photo, quality: int) -> bytes:
    fit = photo.width * photo.height <= FITTED_PIXELS
    data = image.jpegsave_buffer(Q=quality, subsample_mode="off", optimize_coding=fit, keep="icc")
    return jpeg.with_metadata(data, exif=photo.exif, xmp=photo.xmp, dpi=photo.dpi)


def _png(image: Any, photo: Photo, _: int) -> bytes:
    data = image.pngsave_buffer(compression=6, filter="paeth", bitdepth=8 * photo.pixels.itemsize, keep="icc")
    return png.with_metadata(data, exif=photo.exif, xmp=photo.xmp, dpi=photo.dpi)


def _webp(image: Any, photo: Photo, quality: int) -> bytes:
    data = image.webpsave_buffer(Q=quality, smart_subsample=True, exact=True, keep="icc")
    return webp.with_metadata(data, width=photo.width, height=photo.height, exif=photo.exif, xmp=photo.xmp)


def _avif(image: Any, photo: Photo, quality: int) -> bytes:
    if photo.exif:
        attach(image, "exif-data", b"Exif\0\0" + photo.exif)
    if photo.xmp:
        attach(image, "xmp-data", photo.xmp)
    depth = 8 if photo.peak == 255 else 10
    how = {"compression": "av1", "effort": 2, "subsample_mode": "off", "bitdepth": depth}
    keep = 8 | (1 if photo.exif else 0) | (2 if photo.xmp else 0)
    return image.heifsave_buffer(Q=quality, keep=keep, **how)


def _tiff(image: Any, photo: Photo, _: int) -> bytes:
    if photo.xmp:
        attach(image, "xmp-data", photo.xmp)
    if photo.dpi:
        image = image.copy(xres=photo.dpi[0] / 25.4, yres=photo.dpi[1] / 25.4)
    data = image.tiffsave_buffer(compression="deflate", predictor="horizontal", resunit="inch", keep="all")
    return tiff.with_metadata(data, exif=photo.exif, dpi=photo.dpi)


_SAVERS: dict[str, Callable[[Any, Photo, int], bytes]] = {
    "jpeg": _jpeg,
    "png": _png,
    "webp": _webp,
    "tiff": _tiff,
    "avif": _avif,
}
