"""Repairs on XMP, which is kept as the text that it is."""

import re

_ORIENTATION = re.compile(rb"""(tiff:Orientation\s*(?:=\s*["']|>\s*))[2-8]""")
# Statements that point into parts of the file which are lost: gain map, depth map, film, extended XMP.
_POINTERS = re.compile(
    rb"""\s(?:hdrgm:\w+|GDepth:\w+|GImage:\w+|GCamera:(?:MicroVideo|MotionPhoto)\w*|xmpNote:HasExtendedXMP)"""
    rb"""\s*=\s*(?:"[^"]*"|'[^']*')|<(G?Container:Directory)\b.*?</\1\s*>""",
    re.DOTALL,
)
_SIZE = (
    re.compile(rb"""((?:tiff:ImageWidth|exif:PixelXDimension)\s*(?:=\s*["']|>\s*))\d+"""),
    re.compile(rb"""((?:tiff:ImageLength|exif:PixelYDimension)\s*(?:=\s*["']|>\s*))\d+"""),
)


def repaired(xmp: bytes) -> bytes:
    """Return XMP that calls the photo upright and points to nothing that is lost."""
    return _POINTERS.sub(b"", _ORIENTATION.sub(rb"\g<1>1", xmp))


def resized(xmp: bytes, width: int, height: int) -> bytes:
    """Return XMP whose statements about the size of the picture, where it has them, say ``width`` and ``height``."""
    for pattern, size in zip(_SIZE, (width, height), strict=True):
        xmp = pattern.sub(rb"\g<1>%d" % size, xmp)
    return xmp
