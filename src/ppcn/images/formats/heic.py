"""HEIC through pi-heif: the decoder alone, since libvips's wheels leave HEVC out and pillow-heif carries GPL code."""

import re
from dataclasses import replace
from typing import Any

from ppcn.images.formats import heif, heif_parts
from ppcn.images.formats.format import Format
from ppcn.images.formats.gain_map import by_light, gain_map_of
from ppcn.images.metadata import exif, gains
from ppcn.images.photo import GainMap, Photo, Space
from ppcn.images.unreadable import DAMAGED, CheckSize, Unreadable, decoding

# An entry for an item: its length, its version; then 3 bytes of flags, 2 or 4 for its number, 2 for its protection.
_ITEM = re.compile(rb"(.{4})infe(.)", re.DOTALL)
APPLES_MAP = "urn:com:apple:photo:2020:aux:hdrgainmap"  # the type of an auxiliary picture
_MODES: dict[str, tuple[Space, bool]] = {
    "L": ("grey", False), "LA": ("grey", True), "RGB": ("rgb", False), "RGBA": ("rgb", True),
}  # fmt: skip


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode the primary picture; libheif turns it upright. 10 and 12 bits come as 16."""
    import numpy as np
    import pi_heif

    from ppcn.images.depth import expand_to_16_bits

    if not _names_are_text(data):
        raise Unreadable(DAMAGED)
    decoded = heif_parts.check_parts(data)
    with decoding():
        file = pi_heif.open_heif(data, convert_hdr_to_8bit=False)
        mode, _, deep = file.mode.partition(";")
    if mode not in _MODES:  # before decoding: pi-heif 1.4 writes beyond its memory where a grey file claims 10 bits
        raise Unreadable(f"stores its pixels in a way that is not supported ({file.mode}); save it as JPEG")
    check(*file.size, len(mode) * (2 if deep else 1))
    heif_parts.check_pixels(decoded, file.size[0] * file.size[1])
    with decoding():
        pixels = np.array(file)  # decodes, and copies: the memory is the file's, and goes with it
        info = file.info
    space, alpha = _MODES[mode]
    photo = Photo(
        pixels=expand_to_16_bits(np.atleast_3d(pixels), info.get("bit_depth", 8)),
        space=space,
        alpha=alpha,
        icc=info.get("icc_profile"),
        exif=info.get("exif"),
        xmp=info.get("xmp"),
        lost=("further pictures",) * (len(file) > 1),
    )
    # Where the container says nothing of turns, phones' own programs do what EXIF says.
    photo = heif.as_meant(photo, data, turned=heif.is_turned(data))
    return replace(photo, gain_map=_gain_map(file, data, photo))


def _gain_map(file: Any, data: bytes, photo: Photo) -> GainMap | None:
    """Return the gain map that Apple's phones add as an auxiliary picture; one that cannot be read is none."""
    import numpy as np

    from ppcn.images.pixels.orientation import apply_orientation

    numbers = file.info.get("aux", {}).get(APPLES_MAP)
    if not numbers:
        return None
    block = (file.info.get("exif") or b"").removeprefix(b"Exif\0\0")
    headroom = gains.apples_headroom(data, block)
    if not headroom:
        return None
    try:
        with decoding():
            found = file.get_aux_image(numbers[0])
            if found.mode != "L" or found.size[0] * found.size[1] > photo.width * photo.height:
                return None
            pixels = np.atleast_3d(np.array(found))
    except Unreadable:
        return None
    if not heif.is_turned(data):
        pixels = apply_orientation(pixels, exif.orientation(block) or 1)
    return gain_map_of(photo, *by_light(pixels, headroom))


def _names_are_text(data: bytes) -> bool:
    """Tell whether the names of a file's items are text: pi-heif 1.4 crashes the whole process where they are not."""
    return all(
        all(map(_is_text, _ITEM.finditer(data, start, end))) and end >= start + 8
        for kind, start, end in heif.boxes(data)
        if kind == b"meta" or end < start + 8
    )


def _is_text(item: re.Match[bytes]) -> bool:
    """Tell whether the strings at the end of an item's entry, behind its numbers, are UTF-8."""
    size, version = int.from_bytes(item[1], "big"), item[2][0]
    strings = item.string[item.end() + (9 if version == 3 else 7) : item.start() + size]
    try:
        strings.decode()
    except UnicodeDecodeError:
        return False
    return 20 <= size <= 1 << 16


FORMAT = Format(
    name="heic",
    title="HEIC",
    media_type="image/heic",
    suffixes=(".heic", ".heif", ".hif", ".heics", ".heifs"),
    signature=heif.signature(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"),
    load=load,
)
