"""What HEIC and AVIF share: HEIF, a container of boxes (ISO/IEC 14496-12 and 23008-12)."""

import re

_NCLX = re.compile(rb"colrnclx(.{4})", re.DOTALL)


def signature(*brands: bytes) -> bytes:
    """Return the regular expression for files whose first box, "ftyp", names one of some brands."""
    return rb".{4}ftyp(?:.{4}){0,30}?(?:" + b"|".join(brands) + b")"


def colour_profile(data: bytes) -> bytes | None:
    """Return an ICC profile for the colours that a file names by number; see ``profile_for``."""
    from ppcn.images.colour.cicp import profile_for

    return profile_for({(codes[1], codes[3]) for codes in _NCLX.findall(data, 0, 1 << 16)})
