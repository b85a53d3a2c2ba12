"""TIFF (6.0), through libvips but for EXIF, which stands in the directories of the file itself."""

import struct
from dataclasses import replace

from ppcn.images.formats import libvips
from ppcn.images.formats.format import Format
from ppcn.images.metadata.tiff_directory import LONG, RATIONAL, Directory, pack, parse
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize, Unreadable

X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 282, 283, 296
SUBFILE_TYPE, DNG_VERSION = 254, 50706
# The tags of the first directory that describe the photo, not how its pixels are stored: description, make, model,
# page name, software, date, artist, computer, copyright, ratings, Windows's five.
DESCRIPTIVE = (270, 271, 272, 285, 305, 306, 315, 316, 33432, 0x4746, 0x4749, *range(0x9C9B, 0x9CA0))


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode the first page of a TIFF file."""
    if is_raw(data):
        raise Unreadable("is a camera's raw file; develop it first, into a TIFF of 16 bits for example")
    photo = libvips.load(data, "tiffload_buffer", check, further="further pages")
    return replace(photo, exif=exif_of(data), dpi=dpi(data))


def save(photo: Photo, _: int) -> bytes:
    """Encode with the depth of the photo, by deflate."""
    data = libvips.save(
        photo, "tiffsave_buffer", xmp=photo.xmp, dpi=photo.dpi, keep="all",
        compression="deflate", predictor="horizontal", resunit="inch",
    )  # fmt: skip
    return with_metadata(data, exif=photo.exif, dpi=photo.dpi)


def exif_of(data: bytes) -> bytes | None:
    """Return what a TIFF file says about the photo as an EXIF block, or None."""
    whole = parse(data)
    values = {tag: value for tag, value in whole.values.items() if tag in DESCRIPTIVE}
    if not values and not whole.inner:
        return None
    return b"II*\0" + struct.pack("<I", 8) + pack(Directory(values, whole.inner), 8)


def is_raw(data: bytes) -> bool:
    """Tell whether a TIFF file is a camera's raw file, whose first picture is a thumbnail (DNG, NEF, ARW ...)."""
    values = parse(data).values
    kind = values.get(SUBFILE_TYPE, (LONG, b"\0"))[1]
    return DNG_VERSION in values or bool(kind[0] & 1)


def dpi(data: bytes) -> tuple[float, float] | None:
    """Return the resolution that a TIFF file states in inches or centimetres, if it does."""
    values = parse(data).values
    unit = values.get(RESOLUTION_UNIT, (0, b"\2"))[1][0]
    scale = {2: 1.0, 3: 2.54}.get(unit, 0.0)
    found = []
    for tag in (X_RESOLUTION, Y_RESOLUTION):
        kind, value = values.get(tag, (0, b""))
        top, bottom = struct.unpack("<II", value[:8]) if kind == RATIONAL else (0, 0)
        found.append(scale * top / bottom if bottom else 0.0)
    return (found[0], found[1]) if all(found) else None


def with_metadata(data: bytes, *, exif: bytes | None, dpi: tuple[float, float] | None) -> bytes:
    """Return a TIFF file of one page whose directory, now at its end, also says what ``exif`` says."""
    whole = parse(data)
    if exif:
        about = parse(exif)
        whole.values |= {tag: value for tag, value in about.values.items() if tag in DESCRIPTIVE}
        whole.inner = about.inner
    if not dpi:  # libvips states a resolution that it made up
        for tag in (X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT):
            whole.values.pop(tag, None)
    data += b"\0" * (len(data) % 2)
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + pack(whole, len(data))


FORMAT = Format(
    name="tiff",
    title="TIFF",
    media_type="image/tiff",
    suffixes=(".tiff", ".tif"),
    signature=rb"II[*+]\0(?!\x10\0\0\0CR)|MM\0[*+]",  # also BigTIFF, and not Canon's raw files
    load=load,
    save=save,
    alpha=True,
    cmyk=True,
    sixteen_bits=True,
    without_browser="a TIFF picture or a camera's raw file",
)
