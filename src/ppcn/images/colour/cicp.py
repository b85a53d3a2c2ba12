"""Colour spaces that a file names by number (ITU-T H.273) where it brings no ICC profile: HEIC, AVIF and PNG can."""

import re

from ppcn.images.pixels.vips import vips
from ppcn.images.unreadable import Unreadable

DISPLAY_P3 = 12  # primaries
HDR = (16, 18)  # transfer: PQ, HLG
_HEIF = re.compile(rb"colrnclx(.{4})", re.DOTALL)
_PNG = re.compile(rb"\0\0\0\x04cICP(..)", re.DOTALL)


def profile_for(data: bytes, kind: str) -> bytes | None:
    """Return an ICC profile for Display P3 if a file without one names it; None means sRGB.

    Raises ``Unreadable`` for HDR: such values, taken as sRGB, would come out grey and dull.
    """
    if kind == "png":
        codes = {(found[0], found[1]) for found in _PNG.findall(data, 0, 4096)}
    else:
        codes = {(found[1], found[3]) for found in _HEIF.findall(data, 0, 1 << 16)}
    if len(codes) != 1:  # unknown, or the base picture and the gain map differ: the base is sRGB by convention
        return None
    primaries, transfer = codes.pop()
    if transfer in HDR:
        raise Unreadable("is an HDR picture (PQ or HLG), which is not supported; save it in standard range first")
    return bytes(vips().Operation.call("profile_load", "p3")) if primaries == DISPLAY_P3 else None
