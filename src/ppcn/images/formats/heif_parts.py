"""How many pixels have to be decoded for the picture of a HEIF file, which may be put together from others.

Grids, overlays and alpha are pictures made of pictures, each of which may be made of others, and be used many times. So
a few kilobytes can ask for any number of pixels, however small the picture is that they show.
"""

import struct
from collections import Counter, defaultdict
from collections.abc import Iterator

from ppcn.images.formats.heif import boxes
from ppcn.images.unreadable import Unreadable

DEEPEST = 8  # levels of pictures made of pictures; a grid with alpha has two
MOST_PICTURES = 4096  # of which others are made; libheif reads files of up to 1000
MOST_PIXELS = 1 << 28  # that may be decoded, however few are shown
SEVERAL = 4  # times the pixels shown, where that is more: a photo, its alpha, its gain map, and tiles beyond its edges
FAR_MORE = "is put together from far more pixels than it shows; save it as JPEG"


def check_parts(data: bytes) -> int:
    """Return how many pixels have to be decoded for the primary picture and what belongs to it.

    Raises ``Unreadable`` for a picture of far too many, or of such as refer in a circle: libheif would not end, not
    even when it opens them. What is damaged is left to the decoder.
    """
    meta = next((part for kind, part in _boxes(data) if kind == b"meta"), b"")[4:]
    parts: dict[int, list[int]] = defaultdict(list)
    sizes: dict[int, int] = {}
    primary = 0
    for kind, content in _boxes(meta):
        try:
            if kind == b"pitm":
                (primary,) = struct.unpack_from(">I" if content[0] else ">H", content, 4)
            elif kind == b"iref":
                for start, ends in _references(content):
                    parts[start] += ends
            elif kind == b"iprp":
                sizes |= _sizes(content)
        except (struct.error, IndexError):
            continue
    _unfolded(parts, Counter(list(parts)))  # libheif looks into all of them
    return sum(times * sizes.get(item, 0) for item, times in _unfolded(parts, Counter([primary])).items())


def _unfolded(parts: dict[int, list[int]], level: Counter[int]) -> Counter[int]:
    """Return how often each picture is decoded for some; raises ``Unreadable``."""
    total: Counter[int] = Counter()
    for _ in range(DEEPEST):
        total += level
        below: Counter[int] = Counter()
        for item, times in level.items():
            for part in parts.get(item, ()):
                below[part] += times
        if not below:
            return total
        if total.total() > MOST_PICTURES:
            break
        level = below
    raise Unreadable(FAR_MORE)


def check_pixels(decoded: int, shown: int) -> None:
    """Raise ``Unreadable`` where far more pixels have to be decoded than are ``shown``."""
    if decoded > max(SEVERAL * shown, MOST_PIXELS):
        raise Unreadable(FAR_MORE)


def _references(content: bytes) -> Iterator[tuple[int, list[int]]]:
    """Yield pictures and what each is made of, or what is decoded along with it."""
    number = ">I" if content[0] else ">H"
    size = struct.calcsize(number)
    for kind, part in _boxes(content[4:]):
        if kind not in (b"dimg", b"auxl"):
            continue
        (item,) = struct.unpack_from(number, part)
        count = min(struct.unpack_from(">H", part, size)[0], len(part) // size - 2)
        others = [struct.unpack_from(number, part, size + 2 + size * k)[0] for k in range(count)]
        if kind == b"dimg":
            yield item, others
        else:  # which names the picture that it belongs to
            yield from ((other, [item]) for other in others)


def _sizes(content: bytes) -> dict[int, int]:
    """Return how many pixels each picture has, by its properties."""
    areas: list[int] = []
    found: dict[int, int] = {}
    for kind, part in _boxes(content):
        if kind == b"ipco":
            for name, about in _boxes(part):
                width, height = struct.unpack_from(">II", about, 4) if name == b"ispe" else (0, 0)
                areas.append(width * height)
        elif kind == b"ipma":
            wide = part[3] & 1
            (count,), place = struct.unpack_from(">I", part, 4), 8
            for _ in range(count):
                (item,) = struct.unpack_from(">I" if part[0] else ">H", part, place)
                place += 4 if part[0] else 2
                number, place = part[place], place + 1
                for _ in range(number):
                    index = (struct.unpack_from(">H", part, place)[0] & 0x7FFF) if wide else part[place] & 0x7F
                    place += 2 if wide else 1
                    if 0 < index <= len(areas):
                        found[item] = max(found.get(item, 0), areas[index - 1])
    return found


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the kind and the content of every box, one after the other."""
    for kind, start, end in boxes(data):
        yield kind, data[start + (16 if data[start : start + 4] == b"\0\0\0\1" else 8) : end]
