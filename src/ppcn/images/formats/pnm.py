"""PNM (PBM, PGM, PPM), which is read only, through Pillow: it holds pixels alone."""

import re

from ppcn.images.formats import pillow
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize

_SPACE = rb"(?:\s|#[^\n]*\n)+"
_DEEP = re.compile(rb"P[2356]" + _SPACE + rb"\d+" + _SPACE + rb"\d+" + _SPACE + rb"\d{4}")


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a PNM file; grey may have 16 bits."""
    from PIL.PpmImagePlugin import PpmImageFile

    return pillow.load(data, check, PpmImageFile, deep=bool(_DEEP.match(data)))


FORMAT = Format(
    name="pnm",
    title="PNM",
    media_type="image/x-portable-anymap",
    suffixes=(".ppm", ".pgm", ".pbm", ".pnm"),
    signature=rb"P[1-6][ \t\r\n#]",
    load=load,
    without_browser="a PNM picture",
)
