"""AVIF (AV1 in HEIF), through libvips."""

from dataclasses import replace

from ppcn.images.formats import heif, heif_parts, libvips
from ppcn.images.formats.format import Format
from ppcn.images.formats.gain_map import MEMORY
from ppcn.images.formats.heif_gain_map import iso_gain_map, tone_map, without_maps
from ppcn.images.formats.heif_items import Items, items_of
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode the primary picture; libheif turns it upright, whatever its EXIF says. 10 and 12 bits come as 16."""
    items = without_maps(items_of(data))
    decoded = heif_parts.check_parts(items)
    extra = MEMORY if tone_map(items) else 0

    def check_all(width: int, height: int, depth: int) -> None:
        check(width, height, depth + extra)
        heif_parts.check_pixels(decoded, width * height)

    photo = heif.as_meant(_decoded(items, check_all), items)
    return replace(photo, gain_map=iso_gain_map(items, photo, _decoded))


def _decoded(items: Items, check: CheckSize) -> Photo:
    return libvips.load(items.data, "heifload_buffer", check, pixels_are_upright=True)


def save(photo: Photo, quality: int) -> bytes:
    """Encode with colours as fine as brightness (4:4:4), and 16 bits as 10."""
    keep = 8 | (1 if photo.exif else 0) | (2 if photo.xmp else 0)  # of libvips's flags: ICC, EXIF, XMP
    depth = 8 if photo.peak == 255 else 10
    data = libvips.save(
        photo, "heifsave_buffer", exif=photo.exif, xmp=photo.xmp, keep=keep,
        Q=quality, compression="av1", effort=2, subsample_mode="off", bitdepth=depth,
    )  # fmt: skip
    return data.replace(b"colrrICC", b"colrprof", 1)  # libvips calls every profile a restricted one


FORMAT = Format(
    name="avif",
    title="AVIF",
    media_type="image/avif",
    suffixes=(".avif", ".avifs"),
    signature=heif.signature(b"avif", b"avis"),
    load=load,
    save=save,
    quality=85,
    largest_side=16384,
    encoding=72,
    alpha=True,
    sixteen_bits=True,
)
