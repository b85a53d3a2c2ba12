"""HEIC through pi-heif: the decoder alone, since libvips's wheels leave HEVC out and pillow-heif carries GPL code."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.images.photo import Photo, Space
from ppcn.images.unreadable import DAMAGED, CheckSize, Unreadable

# An entry for an item: its length, its version; then 3 bytes of flags, 2 or 4 for its number, 2 for its protection.
_ITEM = re.compile(rb"(.{4})infe(.)", re.DOTALL)
_MODES: dict[str, tuple[Space, bool]] = {
    "L": ("grey", False), "LA": ("grey", True), "RGB": ("rgb", False), "RGBA": ("rgb", True),
}  # fmt: skip


def read_heic(data: bytes, check: CheckSize) -> Photo:
    """Decode the primary picture; libheif turns it upright. 10 and 12 bits come as 16. Raises ``Unreadable``."""
    import pi_heif

    if not _safe(data):
        raise Unreadable(DAMAGED)
    try:
        file = pi_heif.open_heif(data, convert_hdr_to_8bit=False)
        mode, _, deep = file.mode.partition(";")
        if mode not in _MODES:  # before decoding: pi-heif 1.4 writes beyond its memory where a grey file claims 10 bits
            raise Unreadable(f"stores its pixels in a way that is not supported ({file.mode}); save it as JPEG")
        check(*file.size, len(mode) * (2 if deep else 1))
        pixels = np.array(file)  # decodes, and copies: the memory is the file's, and goes with it
        info = file.info
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # pi-heif raises whatever Python has: ValueError, RuntimeError, SyntaxError ...
        raise Unreadable(DAMAGED) from error
    space, alpha = _MODES[mode]
    return Photo(
        pixels=full_range(pixels if pixels.ndim == 3 else pixels[:, :, None], info.get("bit_depth", 8)),
        space=space,
        alpha=alpha,
        format="heic",
        icc=info.get("icc_profile"),
        exif=info.get("exif"),
        xmp=info.get("xmp"),
    )


def _safe(data: bytes) -> bool:
    """Tell whether the names of a file's items are text: pi-heif 1.4 crashes the whole process where they are not."""
    place = 0
    while 0 <= place <= len(data) - 8:
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        end = place + size if size else len(data)
        if data[place + 4 : place + 8] == b"meta" and not all(map(_is_text, _ITEM.finditer(data, place, end))):
            return False
        if end < place + 8:
            return False
        place = end
    return True


def _is_text(item: re.Match[bytes]) -> bool:
    """Tell whether the strings at the end of an item's entry, behind its numbers, are UTF-8."""
    size, version = int.from_bytes(item[1], "big"), item[2][0]
    strings = item.string[item.end() + (9 if version == 3 else 7) : item.start() + size]
    try:
        strings.decode()
    except UnicodeDecodeError:
        return False
    return 20 <= size <= 1 << 16


def full_range(pixels: NDArray[Any], bits: int) -> NDArray[Any]:
    """Return uint16 pixels whose upper ``bits`` bits are used so that white is 65535; uint8 as they are."""
    return pixels | (pixels >> bits) if pixels.dtype == np.uint16 and bits < 16 else pixels
