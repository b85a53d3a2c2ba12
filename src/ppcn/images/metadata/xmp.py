"""Edits of XMP packets as text, so that everything else in them stays as it was."""

import re
from collections.abc import Callable

_VALUE = rb"""\s*(?:=\s*["']|>\s*)"""  # what stands between a property and its value: an attribute, or an element
_ORIENTATION = re.compile(rb"(tiff:Orientation" + _VALUE + rb")[2-8]")
# Properties that refer to parts of the file which are lost: gain map, film, a picture in XMP, extended XMP.
_POINTER = rb"(?:hdrgm|HDRGainMap|GImage):\w+|G?Camera:(?:MicroVideo|MotionPhoto)\w*|xmpNote:HasExtendedXMP"
_CONTAINER = rb"|G?Container:Directory"
_DEPTH = rb"GDepth:\w+"
_DEPTH_MAP = re.compile(rb"GDepth:Data" + _VALUE + rb"[\w+/]{8}")
_EXTENSION = re.compile(rb"xmpNote:HasExtendedXMP" + _VALUE + rb"([0-9A-Fa-f]{32})")
_OTHER_NAMES = re.compile(rb"xmlns:(?!(?:x|rdf)\s*=)")
# A description that says nothing, such as what is left of one of a gain map.
_EMPTY = re.compile(
    rb"<rdf:Description(?:\s+(?:rdf:about|xmlns:\w+)\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*(?:/>|>\s*</rdf:Description>)"
)
_SIZE = (
    re.compile(rb"((?:tiff:ImageWidth|exif:PixelXDimension|GDepth:ImageWidth)" + _VALUE + rb")\d+"),
    re.compile(rb"((?:tiff:ImageLength|exif:PixelYDimension|GDepth:ImageHeight)" + _VALUE + rb")\d+"),
)
# What is measured in pixels of the photo: a panorama (GPano), and the size that face regions apply to (MWG).
_PIXELS = re.compile(rb"(GPano:\w+Pixels" + _VALUE + rb")(\d+)")
_DIMENSIONS = re.compile(rb"<mwg-rs:AppliedToDimensions\b.{0,400}?(?:/>|</mwg-rs:AppliedToDimensions>)", re.DOTALL)
_DIMENSION = re.compile(rb"(stDim:[wh]" + _VALUE + rb")(\d+)")
_SIDE, _OTHER = re.compile(rb"(stDim:)([wh])"), {b"w": b"h", b"h": b"w"}
_RESOLUTION = re.compile(rb"tiff:([XY])(?=Resolution)")
# Regions of a photo, all numbers from 0 to 1: those of the MWG, as attributes or elements, and Microsoft's.
_NUMBER = rb"(\d*\.?\d+(?:[eE][-+]?\d+)?)"
_KEYS = (b"x", b"y", b"w", b"h")
_AREA = re.compile(rb"(stArea:([xywh])" + _VALUE + rb")" + _NUMBER)
_AREAS = re.compile(rb"<mwg-rs:Area\b.{0,600}?(?:/>|</mwg-rs:Area>)", re.DOTALL)
_RECTANGLE = re.compile(rb"(MPReg:Rectangle" + _VALUE + rb")" + rb"\s*,\s*".join([_NUMBER] * 4))

_END = b"</rdf:RDF>"
_PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b"</rdf:RDF></x:xmpmeta>"
)

QUARTERS = (5, 6, 7, 8)  # the orientations that are turned by a quarter: sides change places
# Where a point of a picture, both coordinates from 0 to 1, goes when it is turned upright, by EXIF's orientation.
_TURNS: dict[int, Callable[[float, float], tuple[float, float]]] = {
    2: lambda x, y: (1 - x, y),
    3: lambda x, y: (1 - x, 1 - y),
    4: lambda x, y: (x, 1 - y),
    5: lambda x, y: (y, x),
    6: lambda x, y: (1 - y, x),
    7: lambda x, y: (1 - y, 1 - x),
    8: lambda x, y: (y, 1 - x),
}


def without_lost_parts(xmp: bytes) -> bytes:
    """Return XMP without references to parts of the file that are lost, nor what is said of a depth map without it."""
    xmp = _without(xmp, _POINTER, _POINTER + _CONTAINER)
    return xmp if has_depth_map(xmp) else _without_depth_map(xmp)


def has_depth_map(xmp: bytes) -> bool:
    """Tell whether XMP holds a depth map itself (Google's GDepth)."""
    return bool(_DEPTH_MAP.search(xmp))


def _without_depth_map(xmp: bytes) -> bytes:
    return _without(xmp, _DEPTH, _DEPTH)


def _without(xmp: bytes, attributes: bytes, elements: bytes) -> bytes:
    """Return XMP without properties of some names; in linear time, whatever is never closed."""
    start = re.compile(rb"<(" + elements + rb")(?=[\s/>])")
    kept, place = [], 0
    while match := start.search(xmp, place):
        head = xmp.find(b">", match.end())
        close = head if xmp[head - 1 : head] == b"/" else xmp.find(b"</" + match[1], head)
        end = xmp.find(b">", close)
        if head < 0 or close < 0 or end < 0:
            break
        kept.append(xmp[place : match.start()])
        place = end + 1
    xmp = b"".join([*kept, xmp[place:]])
    return _EMPTY.sub(b"", re.sub(rb"\s(?:" + attributes + rb""")\s*=\s*(?:"[^"]*"|'[^']*')""", b"", xmp))


def turned(xmp: bytes, orientation: int) -> bytes:
    """Return the XMP of a photo that was turned upright: orientation 1; regions, sizes and resolutions turned, too.

    A depth map would have to be turned as a picture: it is left out.
    """
    xmp = _ORIENTATION.sub(rb"\g<1>1", xmp)
    if orientation in _TURNS:
        xmp = _without_depth_map(xmp)
        xmp = _AREAS.sub(lambda areas: _turned_area(areas[0], orientation), xmp)
        xmp = _RECTANGLE.sub(lambda match: match[1] + _turned_rectangle(match, orientation), xmp)
    if orientation in QUARTERS:
        xmp = _RESOLUTION.sub(lambda match: b"tiff:X" if match[1] == b"Y" else b"tiff:Y", xmp)
        xmp = _DIMENSIONS.sub(lambda found: _SIDE.sub(lambda match: match[1] + _OTHER[match[2]], found[0]), xmp)
    return xmp


def with_description(xmp: bytes | None, description: bytes) -> bytes:
    """Return XMP that says more. XMP without an RDF says nothing, and makes way for a new packet."""
    packet = xmp if xmp and _END in xmp else _PACKET
    end = packet.rfind(_END)
    return packet[:end] + description + packet[end:]


def extension(xmp: bytes) -> bytes | None:
    """Return the name of the XMP that goes on elsewhere, as it does where a format has little room; None for none."""
    match = _EXTENSION.search(xmp)
    return match[1] if match else None


def note(digest: bytes) -> bytes:
    """Return a description that says by which name the XMP goes on elsewhere."""
    return (
        b'<rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" '
        b'xmpNote:HasExtendedXMP="' + digest + b'"/>'
    )


def with_extension(xmp: bytes, extension: bytes) -> bytes:
    """Return XMP that also says what its extension says; as it was where the extension's content cannot be moved.

    That is so where namespaces are declared around the content.
    """
    start = extension.find(b">", extension.find(b"<rdf:RDF")) + 1
    end = extension.rfind(_END)
    movable = b"<rdf:RDF" in extension and 0 < start <= end and not _OTHER_NAMES.search(extension[:start])
    return with_description(xmp, extension[start:end].strip()) if movable else xmp


def enlarged(xmp: bytes, scale: int) -> bytes:
    """Return the XMP of a photo that was made larger: what is measured in its pixels is larger, too."""

    def larger(match: re.Match[bytes]) -> bytes:
        return match[1] + b"%d" % (int(match[2]) * scale)

    return _DIMENSIONS.sub(lambda found: _DIMENSION.sub(larger, found[0]), _PIXELS.sub(larger, xmp))


def with_size(xmp: bytes, width: int, height: int) -> bytes:
    """Return XMP in which the properties for the picture's size, where it has them, are ``width`` and ``height``."""
    for pattern, size in zip(_SIZE, (width, height), strict=True):
        xmp = pattern.sub(rb"\g<1>%d" % size, xmp)
    return xmp


def _turned_area(xmp: bytes, orientation: int) -> bytes:
    """Turn one area, whose x and y are its centre."""
    values = {key: float(value) for _, key, value in _AREA.findall(xmp)}
    x, y, w, h = (values.get(key, 0.0) for key in _KEYS)
    new = _turned(x, y, w, h, orientation)
    return _AREA.sub(lambda match: match[1] + b"%.6g" % new[_KEYS.index(match[2])], xmp)


def _turned_rectangle(match: re.Match[bytes], orientation: int) -> bytes:
    """Turn a rectangle, whose x and y are its upper left corner."""
    x, y, w, h = map(float, match.groups()[1:])
    x, y, w, h = _turned(x + w / 2, y + h / 2, w, h, orientation)
    return b"%.6g, %.6g, %.6g, %.6g" % (x - w / 2, y - h / 2, w, h)


def _turned(x: float, y: float, w: float, h: float, orientation: int) -> tuple[float, float, float, float]:
    return *_TURNS[orientation](x, y), *((h, w) if orientation in QUARTERS else (w, h))
