"""Colour spaces that a file without an ICC profile names by numbers (ITU-T H.273, PNG): PNG, HEIC and AVIF can."""

from collections.abc import Sequence, Set

from ppcn.images.colour.icc import SRGB_CURVE, build
from ppcn.images.pixels.vips import vips_errors
from ppcn.images.unreadable import Unreadable

SRGB, DISPLAY_P3 = 1, 12  # primaries
D65 = (0.3127, 0.329)
BT709 = (0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
# x and y of red, green and blue, and of white, by number.
PRIMARIES = {
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.31, 0.316),
    5: (0.64, 0.33, 0.29, 0.6, 0.15, 0.06, *D65),
    6: (0.63, 0.34, 0.31, 0.595, 0.155, 0.07, *D65),
    7: (0.63, 0.34, 0.31, 0.595, 0.155, 0.07, *D65),
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.31, 0.316),
    9: (0.708, 0.292, 0.17, 0.797, 0.131, 0.046, *D65),
    11: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.314, 0.351),
    12: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, *D65),
    22: (0.63, 0.34, 0.295, 0.605, 0.155, 0.077, *D65),
}
ADOBE_RGB = (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, *D65)
HDR = (16, 18)  # transfer: PQ, HLG
GAMMAS = {4: 2.2, 5: 2.8, 8: 1.0, 17: 2.6}  # other transfers are sRGB's, or nearly: BT.709's, which photos take for it


def profile_for(codes: Set[tuple[int, int]], *, grey: bool) -> bytes | None:
    """Return an ICC profile for the colours that a file's codes (primaries, transfer) name; None means sRGB.

    Raises ``Unreadable`` for HDR.
    """
    if len(codes) != 1:  # unknown, or the base picture and the gain map differ: the base is sRGB by convention
        return None
    ((primaries, transfer),) = codes
    refuse_hdr(transfer)
    if transfer not in GAMMAS and (grey or primaries not in PRIMARIES):
        return None
    if transfer not in GAMMAS and primaries == DISPLAY_P3:
        return builtin_profile("p3")
    curve = _gamma(GAMMAS[transfer]) if transfer in GAMMAS else SRGB_CURVE
    return build(PRIMARIES.get(primaries, (*BT709, *D65)), curve, grey=grey)


def refuse_hdr(transfer: int) -> None:
    """Raise ``Unreadable`` for PQ and HLG: such values, taken as sRGB, would come out grey and dull."""
    if transfer in HDR:
        raise Unreadable("is an HDR picture (PQ or HLG), which is not supported; save it in standard range first")


def profile_of_gamma(gamma: float, corners: Sequence[float] | None, *, grey: bool) -> bytes | None:
    """Return a profile for PNG's gamma and the x and y of white, red, green and blue; None where they are sRGB's."""
    white, primaries = (corners[:2], corners[2:]) if corners else (D65, BT709)
    same = all(abs(ours - its) < 0.002 for ours, its in zip((*BT709, *D65), (*primaries, *white), strict=True))
    srgb = abs(gamma - 1 / 2.2) < 0.002
    if not 0.1 < gamma < 10 or (srgb and (same or grey)):
        return None
    return build((*primaries, *white), SRGB_CURVE if srgb else _gamma(1 / gamma), grey=grey)


def adobe_rgb() -> bytes | None:
    """Return a profile for Adobe RGB (1998)."""
    return build(ADOBE_RGB, _gamma(563 / 256), grey=False)


def _gamma(power: float) -> tuple[float, ...]:
    return (power, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def builtin_profile(name: str) -> bytes:
    """Return one of libvips's own ICC profiles: "srgb", "p3" or "cmyk"."""
    with vips_errors() as pyvips:
        return bytes(pyvips.Operation.call("profile_load", name))
