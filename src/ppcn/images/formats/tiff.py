"""EXIF in TIFF files, where it is not one blob but spread over the file's own directory, which libvips leaves alone."""

import struct
from dataclasses import dataclass, field

import numpy as np

EXIF_IFD, GPS_IFD, INTEROPERABILITY_IFD = 0x8769, 0x8825, 0xA005
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 282, 283, 296
SUBFILE_TYPE, DNG_VERSION = 254, 50706
# The tags of the first directory that describe the photo, not how its pixels are stored: description, make, model,
# page name, software, date, artist, computer, copyright, ratings, Windows's five.
DESCRIPTIVE = (270, 271, 272, 285, 305, 306, 315, 316, 33432, 0x4746, 0x4749, *range(0x9C9B, 0x9CA0))
_INSIDE = {0: (EXIF_IFD, GPS_IFD), EXIF_IFD: (INTEROPERABILITY_IFD,)}
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
_RATIONALS = (5, 10)  # two numbers of four bytes each
_LONG = 4


@dataclass
class Directory:
    """Tags with their type and their value (little-endian), and the directories that hang on some tags."""

    values: dict[int, tuple[int, bytes]] = field(default_factory=dict)
    inner: dict[int, "Directory"] = field(default_factory=dict)


def exif_of(data: bytes) -> bytes | None:
    """Return what a TIFF file says about the photo as an EXIF blob, or None."""
    whole = parse(data)
    values = {tag: value for tag, value in whole.values.items() if tag in DESCRIPTIVE}
    if not values and not whole.inner:
        return None
    return b"II*\0" + struct.pack("<I", 8) + _packed(Directory(values, whole.inner), 8)


def is_raw(data: bytes) -> bool:
    """Tell whether a TIFF file is a camera's raw file, whose first picture is a thumbnail (DNG, NEF, ARW ...)."""
    values = parse(data).values
    kind = values.get(SUBFILE_TYPE, (_LONG, b"\0"))[1]
    return DNG_VERSION in values or bool(kind[0] & 1)


def dpi(data: bytes) -> tuple[float, float] | None:
    """Return the resolution that a TIFF file states in inches or centimetres, if it does."""
    values = parse(data).values
    unit = values.get(RESOLUTION_UNIT, (0, b"\2"))[1][0]
    scale = {2: 1.0, 3: 2.54}.get(unit, 0.0)
    found = []
    for tag in (X_RESOLUTION, Y_RESOLUTION):
        kind, value = values.get(tag, (0, b""))
        top, bottom = struct.unpack("<II", value[:8]) if kind == _RATIONALS[0] else (0, 0)
        found.append(scale * top / bottom if bottom else 0.0)
    return (found[0], found[1]) if all(found) else None


def with_metadata(data: bytes, *, exif: bytes | None, dpi: tuple[float, float] | None) -> bytes:
    """Return a TIFF file of one page whose directory, now at its end, also says what ``exif`` says."""
    whole = parse(data)
    if exif:
        about = parse(exif)
        whole.values |= {tag: value for tag, value in about.values.items() if tag in DESCRIPTIVE}
        whole.inner = about.inner
    if not dpi:  # libvips states a resolution that it made up
        for tag in (X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT):
            whole.values.pop(tag, None)
    data += b"\0" * (len(data) % 2)
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + _packed(whole, len(data))


def parse(data: bytes) -> Directory:
    """Return the first directory of a TIFF file or an EXIF blob; what is damaged, or BigTIFF, is left out."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        return Directory()
    return _parse(data, order, struct.unpack_from(order + "I", data, 4)[0], 0)


def _parse(data: bytes, order: str, start: int, name: int) -> Directory:
    directory = Directory()
    if not 8 <= start <= len(data) - 2:
        return directory
    count, room = struct.unpack_from(order + "H", data, start)[0], len(data)
    for entry in range(start + 2, min(start + 2 + 12 * count, len(data) - 11), 12):
        tag, kind, number = struct.unpack_from(order + "HHI", data, entry)
        size = _SIZES.get(kind, 0) * number
        place = entry + 8 if size <= 4 else struct.unpack_from(order + "I", data, entry + 8)[0]
        value = data[place : place + size] if size <= room else b""
        if not value or len(value) < size:
            continue
        room -= size  # values that overlap could make gigabytes of a small file
        if order == ">":
            unit = 4 if kind in _RATIONALS else _SIZES[kind]
            value = np.frombuffer(value, f">u{unit}").astype(f"<u{unit}").tobytes()
        if tag in _INSIDE.get(name, ()) and kind == _LONG:
            directory.inner[tag] = _parse(data, order, struct.unpack("<I", value[:4])[0], tag)
        else:
            directory.values[tag] = (kind, value)
    return directory


def _packed(directory: Directory, start: int) -> bytes:
    """Return a directory, little-endian, as it lies at the offset ``start``, followed by all that it points to."""
    tags = sorted(directory.values.keys() | directory.inner.keys())
    entries, rest = bytearray(), bytearray()
    behind = start + 2 + 12 * len(tags) + 4
    for tag in tags:
        if tag in directory.inner:
            kind, value, number = _LONG, struct.pack("<I", behind + len(rest)), 1
            rest += _packed(directory.inner[tag], behind + len(rest))
        else:
            kind, value = directory.values[tag]
            number = len(value) // _SIZES[kind]
            if len(value) > 4:
                content, value = value, struct.pack("<I", behind + len(rest))
                rest += content
        rest += bytes(len(rest) % 2)
        entries += struct.pack("<HHI", tag, kind, number) + value.ljust(4, b"\0")
    return struct.pack("<H", len(tags)) + bytes(entries) + struct.pack("<I", 0) + bytes(rest)
