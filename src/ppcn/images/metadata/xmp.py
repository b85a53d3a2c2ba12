"""Edits of XMP packets as text, so that everything else in them stays as it was."""

import re

_ORIENTATION = re.compile(rb"""(tiff:Orientation\s*(?:=\s*["']|>\s*))[2-8]""")
# Properties that refer to parts of the file which are lost: gain map, depth map, film, extended XMP.
_POINTERS = re.compile(
    rb"""\s(?:hdrgm:\w+|GDepth:\w+|GImage:\w+|GCamera:(?:MicroVideo|MotionPhoto)\w*|xmpNote:HasExtendedXMP)"""
    rb"""\s*=\s*(?:"[^"]*"|'[^']*')"""
)
_DIRECTORIES = (b"Container:Directory", b"GContainer:Directory")
_SIZE = (
    re.compile(rb"""((?:tiff:ImageWidth|exif:PixelXDimension)\s*(?:=\s*["']|>\s*))\d+"""),
    re.compile(rb"""((?:tiff:ImageLength|exif:PixelYDimension)\s*(?:=\s*["']|>\s*))\d+"""),
)


def normalise(xmp: bytes) -> bytes:
    """Return XMP with the orientation 1 and without references to parts of the file that are lost."""
    for name in _DIRECTORIES:
        xmp = _without(xmp, name)
    return _POINTERS.sub(b"", _ORIENTATION.sub(rb"\g<1>1", xmp))


def _without(xmp: bytes, name: bytes) -> bytes:
    """Return XMP without the elements of a name; in linear time, however many are never closed."""
    kept, place = [], 0
    while (start := xmp.find(b"<" + name, place)) >= 0:
        close = xmp.find(b"</" + name, start)
        end = xmp.find(b">", close)
        if close < 0 or end < 0:
            break
        kept.append(xmp[place:start])
        place = end + 1
    return b"".join([*kept, xmp[place:]])


def with_size(xmp: bytes, width: int, height: int) -> bytes:
    """Return XMP in which the properties for the picture's size, where it has them, are ``width`` and ``height``."""
    for pattern, size in zip(_SIZE, (width, height), strict=True):
        xmp = pattern.sub(rb"\g<1>%d" % size, xmp)
    return xmp
