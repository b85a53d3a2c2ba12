"""From a Photo to a file, or its bytes."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from ppcn.errors import OutputError
from ppcn.files import atomic_write
from ppcn.images.colour.spaces import Grey, Srgb, space_of
from ppcn.images.colour.srgb import srgb_rows
from ppcn.images.depth import from_float, to_8_bits, to_float
from ppcn.images.formats import UNLIMITED, WRITABLE, check_installed, format_of
from ppcn.images.formats.format import Format
from ppcn.images.metadata import exif, xmp
from ppcn.images.metadata.lost import GAIN_MAP, METADATA, MOTION
from ppcn.images.photo import COLOURS, Photo
from ppcn.images.pixels.row_blocks import row_blocks
from ppcn.images.pixels.vips import VipsError


def write(
    photo: Photo,
    path: Path,
    *,
    overwrite: bool = False,
    quality: int | None = None,
    strip_metadata: bool = False,
    like: Path | None = None,
) -> None:
    """Write a photo in the format that the name's suffix asks for, whole or not at all. See ``encode``.

    ``like`` is the file whose time and permissions it gets. Raises ``OutputError`` when the file exists and may not be
    overwritten, or when it cannot be written.
    """
    try:
        data = encode(photo, format_of(path), quality=quality, strip_metadata=strip_metadata)
    except OutputError as error:
        raise OutputError(f"{path}: {error}") from error
    atomic_write(path, data, overwrite=overwrite, like=like)


def encode(photo: Photo, format: str, *, quality: int | None = None, strip_metadata: bool = False) -> bytes:
    """Return a photo as the bytes of a file; ``format`` is the name of one of ``formats.WRITABLE``.

    ``quality`` is 1 to 100, for formats that have a default of their own; the others lose nothing. Colour is never
    subsampled in JPEG and AVIF. What a format cannot hold is converted: alpha is laid on white, CMYK becomes sRGB, and
    16 bits become 8, or 10 in AVIF. EXIF, XMP, resolution and ICC profile are kept, in JPEG also a gain map and the
    film of a motion photo; ``strip_metadata`` keeps the gain map, and the ICC profile where colours would change
    without it.

    Raises ``OutputError`` when the photo is too large for the format, or its library is missing, ``ValueError`` for an
    unknown format or quality.
    """
    target = WRITABLE.get(format)
    if target is None or target.save is None:
        raise ValueError(f"format must be one of {', '.join(WRITABLE)}, not {format!r}")
    check_installed(target)
    if quality is not None and not 1 <= quality <= 100:
        raise ValueError(f"quality must be 1 to 100, not {quality}")
    check_side(target, photo.width, photo.height)
    photo = _converted(photo, target)
    if strip_metadata:
        plain = isinstance(space_of(photo), Srgb) or space_of(photo) == Grey()
        icc = None if plain else photo.icc
        photo = replace(photo, exif=None, xmp=None, iptc=None, dpi=None, film=None, texts=(), icc=icc)
    else:
        size = photo.width, photo.height
        photo = replace(
            photo,
            exif=exif.with_size(photo.exif, *size) if photo.exif else None,
            xmp=xmp.with_size(photo.xmp, *size) if photo.xmp else None,
        )
    try:
        return target.save(photo, quality or target.quality or 0)
    except VipsError as error:
        raise OutputError(f"The picture cannot be written as {format}: {error}.") from error


def check_side(format: Format, width: int, height: int) -> None:
    """Raise ``OutputError`` for a picture whose sides are longer than a format's may be."""
    if format.largest_side and max(width, height) > format.largest_side:
        raise OutputError(
            f"A picture of {width}x{height} pixels is too large for {format.name}, "
            f"whose sides end at {format.largest_side}; choose {UNLIMITED}."
        )


def lost_parts(photo: Photo, format: str, *, strip_metadata: bool = False) -> tuple[str, ...]:
    """Return the parts of a photo's file that a file of a format does not have, but for those that are not wanted."""
    target = WRITABLE[format]
    most = target.largest_block or float("inf")
    texts = [
        text
        for key, text in photo.texts
        if (target.texts is None or key in target.texts) and len(text.encode()) <= most
    ]
    parts = {
        GAIN_MAP: photo.gain_map and not target.gain_map,
        MOTION: photo.film and not strip_metadata and not target.film,
        "transparency": photo.alpha and not target.alpha and photo.pixels[:, :, -1].min() < photo.peak,
        "EXIF beyond 64 KiB": photo.exif and not strip_metadata and len(photo.exif) > most,
        "IPTC record": photo.iptc and not strip_metadata and not target.iptc,
        "comments": len(texts) < len(photo.texts) and not strip_metadata,
    }
    already = [part for part in photo.lost if not (strip_metadata and part in METADATA)]
    return (*already, *(name for name, is_lost in parts.items() if is_lost))


def _converted(photo: Photo, target: Format) -> Photo:
    """Return the photo with what a format cannot hold converted."""
    dtype, blocks = photo.pixels.dtype, list(row_blocks(photo.height, photo.width))  # floats of all would take memory
    if (photo.space == "cmyk" and not target.cmyk) or (photo.space == "grey" and photo.icc and not target.grey):
        space = "grey" if photo.space == "grey" else "rgb"
        pixels = np.empty((photo.height, photo.width, COLOURS[space] + photo.alpha), dtype)
        for rows in blocks:
            pixels[rows, :, : COLOURS[space]] = from_float(srgb_rows(photo, rows)[:, :, : COLOURS[space]], dtype)
        pixels[:, :, COLOURS[space] :] = photo.pixels[:, :, COLOURS[photo.space] :]
        photo = replace(photo, pixels=pixels, space=space, icc=None)
    if photo.alpha and not target.alpha:
        white = 0 if photo.space == "cmyk" else photo.peak
        pixels = np.empty(photo.colours.shape, dtype)
        for rows in blocks:
            cover = to_float(photo.pixels[rows, :, -1:])
            pixels[rows] = np.rint(photo.colours[rows] * cover + white * (1 - cover))
        photo = replace(photo, pixels=pixels, alpha=False)
    if photo.peak > 255 and not target.sixteen_bits:
        photo = replace(photo, pixels=to_8_bits(photo.pixels))
    return photo
