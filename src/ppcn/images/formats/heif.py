"""What HEIC and AVIF share: HEIF, a container of boxes (ISO/IEC 14496-12 and 23008-12)."""

from collections.abc import Sequence
from dataclasses import replace

from ppcn.images.formats.heif_items import Items, boxes
from ppcn.images.metadata.container import time_of_film
from ppcn.images.photo import COLOURS, Film, Photo

TURNS = (b"irot", b"imir")
NAMED_COLOURS = b"nclx"  # begins the properties "colr" that are numbers: primaries, curve, matrix, range
MONOCHROME = 0x10  # of the third byte of a configuration of AV1


def signature(*brands: bytes) -> bytes:
    """Return the regular expression for files whose first box, "ftyp", names one of some brands."""
    return rb".{4}ftyp(?:.{4}){0,30}?(?:" + b"|".join(brands) + b")"


def as_meant(photo: Photo, items: Items, *, turned: bool = True) -> Photo:
    """Return a decoded photo with what libheif leaves to others: names of colours, range of grey, alpha, metadata.

    libheif turns photos by what the container says; ``turned`` False says that EXIF's orientation is still to be
    applied.
    """
    from ppcn.images.colour.cicp import profile_for
    from ppcn.images.metadata.upright import upright
    from ppcn.images.pixels.alpha import straight

    codes = {(code[1], code[3]) for code in named_colours(items, items.with_parts(items.primary))}
    icc = photo.icc or profile_for(codes, grey=photo.space == "grey")
    photo = replace(photo, icc=icc, exif=photo.exif and photo.exif.removeprefix(b"Exif\0\0"))
    if photo.alpha and items.references[b"prem"]:
        photo = straight(photo)
    photo = in_full_range(photo, items, items.primary)
    films = [items.data[start + 8 : end] for kind, start, end in boxes(items.data) if kind == b"mpvd"]
    if films:
        photo = replace(photo, film=Film(films[0], time_of_film(photo.xmp or b"")))
    if any(kind == b"moov" for kind, *_ in boxes(items.data)):
        photo = replace(photo, lost=(*photo.lost, "further frames"))
    return upright(photo, pixels_are=turned)


def is_turned(items: Items) -> bool:
    """Tell whether the container says how the photo is turned, which libheif then does."""
    parts = items.with_parts(items.primary)
    return any(items.property(part, kind) is not None for part in parts for kind in TURNS)


def in_full_range(photo: Photo, items: Items, item: int) -> Photo:
    """Return a decoded picture with the range of all others where it is grey and says that its range is limited."""
    colours = named_colours(items, items.with_parts(item))
    limited = bool(colours) and all(not code[6] >> 7 for code in colours)
    return full_range(photo) if limited and _is_grey(photo, items, item) else photo


def named_colours(items: Items, pictures: Sequence[int]) -> list[bytes]:
    """Return the numbers that name the colours of pictures."""
    properties = (pair for picture in pictures for pair in items.properties.get(picture, ()))
    found = [content for kind, content in properties if kind == b"colr"]
    return [content[4:] for content in found if content.startswith(NAMED_COLOURS) and len(content) >= 11]


def _is_grey(photo: Photo, items: Items, item: int) -> bool:
    settings = [items.property(part, b"av1C") or b"" for part in items.with_parts(item)]
    return photo.space == "grey" or any(len(each) > 2 and each[2] & MONOCHROME for each in settings)


def full_range(photo: Photo) -> Photo:
    """Return a grey photo whose black and white are 16 and 235 of 255 with those of all others."""
    from ppcn.images.depth import from_float, to_float

    pixels, colours = photo.pixels.copy(), COLOURS[photo.space]
    top = 255 if photo.peak == 255 else 1023
    values = to_float(photo.colours) * (top / ((top + 1) // 256))
    pixels[:, :, :colours] = from_float((values - 16) / 219, pixels.dtype)
    return replace(photo, pixels=pixels)
