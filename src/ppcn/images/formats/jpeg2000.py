"""JPEG 2000, which is read only, through Pillow."""

import re

from ppcn.images.formats import pillow
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize

_DEPTH = re.compile(rb"\xff\x4f\xff\x51.{36}.{2}(.)", re.DOTALL)  # of the first component: bits less one


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a JPEG 2000 file or codestream; grey may have 16 bits."""
    from PIL.Jpeg2KImagePlugin import Jpeg2KImageFile

    size = _DEPTH.search(data)
    deep = size is not None and size[1][0] & 0x7F > 7
    return pillow.load(data, check, Jpeg2KImageFile, deep=deep)


FORMAT = Format(
    name="jpeg2000",
    title="JPEG 2000",
    media_type="image/jp2",
    suffixes=(".jp2", ".j2k", ".jpx", ".jpf"),
    signature=rb"\0\0\0\x0cjP  \r\n\x87\n|\xff\x4f\xff\x51",
    load=load,
    without_browser="a JPEG 2000 picture",
)
