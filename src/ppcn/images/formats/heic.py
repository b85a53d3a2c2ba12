"""HEIC through pi-heif: the decoder alone, since libvips's wheels leave HEVC out and pillow-heif carries GPL code."""

import re
from dataclasses import replace
from typing import Any

from ppcn.images.formats import heif, heif_parts
from ppcn.images.formats.format import Format
from ppcn.images.formats.gain_map import MEMORY, by_light, gain_map_of
from ppcn.images.formats.heif_gain_map import iso_gain_map, tone_map, without_maps
from ppcn.images.formats.heif_items import Items, boxes, items_of
from ppcn.images.metadata import exif, gains
from ppcn.images.metadata.lost import PICTURES
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
    if not _names_are_text(data):
        raise Unreadable(DAMAGED)
    items = without_maps(items_of(data))
    decoded = heif_parts.check_parts(items)
    file = _open(items)
    with decoding():
        about = file.info
    extra = MEMORY if tone_map(items) or APPLES_MAP in about.get("aux", {}) else 0

    def check_all(width: int, height: int, depth: int) -> None:
        check(width, height, depth + extra)
        heif_parts.check_pixels(decoded, width * height)

    # Where the container says nothing of turns, phones' own programs do what EXIF says.
    turned = heif.is_turned(items)
    photo = heif.as_meant(_decode(file, check_all), items, turned=turned)
    turn = 1 if turned else exif.orientation((about.get("exif") or b"").removeprefix(b"Exif\0\0")) or 1
    found = iso_gain_map(items, photo, lambda items, check: _decode(_open(items), check), turn)
    return replace(photo, gain_map=found or _apples_gain_map(file, data, photo, turn))


def _open(items: Items) -> Any:
    """Return pi-heif's file, which is not decoded yet."""
    import pi_heif

    with decoding():
        return pi_heif.open_heif(items.data, convert_hdr_to_8bit=False)


def _decode(file: Any, check: CheckSize) -> Photo:
    """Return a file's primary picture as pi-heif gives it."""
    import numpy as np

    from ppcn.images.depth import expand_to_16_bits

    with decoding():
        mode, _, deep = file.mode.partition(";")
        width, height = file.size
    if mode not in _MODES:  # before decoding: pi-heif 1.4 writes beyond its memory where a grey file claims 10 bits
        raise Unreadable(f"stores its pixels in a way that is not supported ({file.mode}); save it as JPEG")
    check(width, height, len(mode) * (2 if deep else 1))
    with decoding():
        pixels = np.array(file)  # decodes, and copies: the memory is the file's, and goes with it
        info = file.info
    space, alpha = _MODES[mode]
    return Photo(
        pixels=expand_to_16_bits(np.atleast_3d(pixels), info.get("bit_depth", 8)),
        space=space,
        alpha=alpha,
        icc=info.get("icc_profile"),
        exif=info.get("exif"),
        xmp=info.get("xmp"),
        lost=(PICTURES,) * (len(file) > 1),
    )


def _apples_gain_map(file: Any, data: bytes, photo: Photo, turn: int) -> GainMap | None:
    """Return the gain map that Apple's phones add as an auxiliary picture; one that cannot be read is none.

    ``turn`` is the orientation by which the photo was turned after it was decoded.
    """
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
    return gain_map_of(photo, *by_light(apply_orientation(pixels, turn), headroom))


def _names_are_text(data: bytes) -> bool:
    """Tell whether the names of a file's items are text: pi-heif 1.4 crashes the whole process where they are not."""
    return all(
        all(map(_is_text, _ITEM.finditer(data, start, end))) and end >= start + 8
        for kind, start, end in boxes(data)
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
