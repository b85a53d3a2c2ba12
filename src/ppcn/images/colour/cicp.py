"""Colour spaces that a file without an ICC profile names by numbers (ITU-T H.273): PNG, HEIC and AVIF can."""

from collections.abc import Set

from ppcn.images.pixels.vips import vips_errors
from ppcn.images.unreadable import Unreadable

DISPLAY_P3 = 12  # primaries
HDR = (16, 18)  # transfer: PQ, HLG


def profile_for(codes: Set[tuple[int, int]]) -> bytes | None:
    """Return an ICC profile for Display P3 if a file's codes (primaries, transfer) name it; None means sRGB.

    Raises ``Unreadable`` for HDR: such values, taken as sRGB, would come out grey and dull.
    """
    if len(codes) != 1:  # unknown, or the base picture and the gain map differ: the base is sRGB by convention
        return None
    ((primaries, transfer),) = codes
    if transfer in HDR:
        raise Unreadable("is an HDR picture (PQ or HLG), which is not supported; save it in standard range first")
    return builtin_profile("p3") if primaries == DISPLAY_P3 else None


def builtin_profile(name: str) -> bytes:
    """Return one of libvips's own ICC profiles: "srgb", "p3" or "cmyk"."""
    with vips_errors() as pyvips:
        return bytes(pyvips.Operation.call("profile_load", name))
