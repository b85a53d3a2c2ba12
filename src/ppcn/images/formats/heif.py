"""What HEIC and AVIF share: HEIF, a container of boxes (ISO/IEC 14496-12 and 23008-12)."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ppcn.images.metadata.container import time_of_film
from ppcn.images.photo import COLOURS, Film, Photo

_NCLX = re.compile(rb"colrnclx(.{7})", re.DOTALL)
_TURNS = re.compile(rb"\0\0\0\x09irot|\0\0\0\x09imir")
_PREMULTIPLIED = re.compile(rb"\0\0\0.prem", re.DOTALL)
_MONOCHROME = re.compile(rb"av1C\x81.(.)", re.DOTALL)


def signature(*brands: bytes) -> bytes:
    """Return the regular expression for files whose first box, "ftyp", names one of some brands."""
    return rb".{4}ftyp(?:.{4}){0,30}?(?:" + b"|".join(brands) + b")"


def boxes(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind, the start and the end of every box on the highest level; the end of one may lie anywhere."""
    place = 0
    while 0 <= place <= len(data) - 8:
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        end = place + size if size else len(data)
        yield data[place + 4 : place + 8], place, end
        if end < place + 8:
            return
        place = end


def as_meant(photo: Photo, data: bytes, *, turned: bool = True) -> Photo:
    """Return a decoded photo with what libheif leaves to others: names of colours, range of grey, alpha, metadata.

    libheif turns photos by what the container says; ``turned`` False says that EXIF's orientation is still to be
    applied.
    """
    from ppcn.images.colour.cicp import profile_for
    from ppcn.images.metadata.upright import upright
    from ppcn.images.pixels.alpha import straight

    meta = _meta(data)
    colours = set(_NCLX.findall(meta))
    icc = photo.icc or profile_for({(code[1], code[3]) for code in colours}, grey=photo.space == "grey")
    photo = replace(photo, icc=icc, exif=photo.exif and photo.exif.removeprefix(b"Exif\0\0"))
    if photo.alpha and _PREMULTIPLIED.search(meta):
        photo = straight(photo)
    if colours and all(not code[6] >> 7 for code in colours) and _is_grey(photo, meta):
        photo = full_range(photo)
    films = [data[start + 8 : end] for kind, start, end in boxes(data) if kind == b"mpvd"]
    if films:
        photo = replace(photo, film=Film(films[0], time_of_film(photo.xmp or b"")))
    if any(kind == b"moov" for kind, *_ in boxes(data)):
        photo = replace(photo, lost=(*photo.lost, "further frames"))
    return upright(photo, pixels_are=turned)


def is_turned(data: bytes) -> bool:
    """Tell whether the container says how the photo is turned, which libheif then does."""
    return bool(_TURNS.search(_meta(data)))


def _meta(data: bytes) -> bytes:
    return b"".join(data[start:end] for kind, start, end in boxes(data) if kind == b"meta")


def _is_grey(photo: Photo, meta: bytes) -> bool:
    monochrome = _MONOCHROME.search(meta)
    return photo.space == "grey" or bool(monochrome and monochrome[1][0] & 0x10)


def full_range(photo: Photo) -> Photo:
    """Return a grey photo whose black and white are 16 and 235 of 255 with those of all others."""
    from ppcn.images.depth import from_float, to_float

    pixels, colours = photo.pixels.copy(), COLOURS[photo.space]
    top = 255 if photo.peak == 255 else 1023
    values = to_float(photo.colours) * (top / ((top + 1) // 256))
    pixels[:, :, :colours] = from_float((values - 16) / 219, pixels.dtype)
    return replace(photo, pixels=pixels)
