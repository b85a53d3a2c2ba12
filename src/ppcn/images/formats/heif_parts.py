"""How many pixels have to be decoded for the picture of a HEIF file, which may be put together from others.

Grids, overlays and alpha are pictures made of pictures, each of which may be made of others, and be used many times. So
a few kilobytes can ask for any number of pixels, however small the picture is that they show.
"""

from collections import Counter, defaultdict

from ppcn.images.formats.heif_items import Items
from ppcn.images.unreadable import Unreadable

DEEPEST = 8  # levels of pictures made of pictures; a grid with alpha has two
MOST_PICTURES = 4096  # of which others are made; libheif reads files of up to 1000
MOST_PIXELS = 1 << 28  # that may be decoded, however few are shown
SEVERAL = 4  # times the pixels shown, where that is more: a photo, its alpha, its gain map, and tiles beyond its edges
FAR_MORE = "is put together from far more pixels than it shows; save it as JPEG"


def check_parts(items: Items) -> int:
    """Return how many pixels have to be decoded for the primary picture and what belongs to it.

    Raises ``Unreadable`` for a picture of far too many, or of such as refer in a circle: libheif would not end, not
    even when it opens them. What is damaged is left to the decoder.
    """
    parts: dict[int, list[int]] = defaultdict(list)
    for item, others in items.references[b"dimg"]:
        parts[item] += others
    for item, others in items.references[b"auxl"]:  # which names the pictures that it belongs to
        for other in others:
            parts[other].append(item)
    _unfolded(parts, Counter(list(parts)))  # libheif looks into all of them
    return sum(times * _pixels(items, item) for item, times in _unfolded(parts, Counter([items.primary])).items())


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


def _pixels(items: Items, item: int) -> int:
    """Return how many pixels a picture has, by its properties."""
    sizes = [content[4:12] for kind, content in items.properties.get(item, ()) if kind == b"ispe"]
    return max((int.from_bytes(size[:4], "big") * int.from_bytes(size[4:], "big") for size in sizes), default=0)
