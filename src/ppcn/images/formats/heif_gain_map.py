"""Gain maps in HEIF files as ISO has them: a picture, "tmap", that is made of the photo and of its map.

The item "tmap" holds no pixels, but what the map's values mean. The map is a picture like any other, which few decoders
show: it is decoded from a copy of the file in which it is the primary picture.
"""

from collections.abc import Callable
from dataclasses import replace

from ppcn.images.formats.gain_map import gain_map_of
from ppcn.images.formats.heif import in_full_range, named_colours
from ppcn.images.formats.heif_items import Items
from ppcn.images.formats.heif_parts import check_parts, check_pixels
from ppcn.images.metadata import gains
from ppcn.images.photo import GainMap, Gains, Photo
from ppcn.images.unreadable import CheckSize, Unreadable

TONE_MAP = b"tmap"
UNKNOWN, SRGB_CURVE = 2, 13  # the number of no primaries, and of a curve: of a map's colours only the primaries count
PROFILES = (b"prof", b"rICC")  # begin the properties "colr" that are ICC profiles


def tone_map(items: Items) -> tuple[int, int] | None:
    """Return the item "tmap" that is made of the primary picture and a map, and the map; None if there is none."""
    for item, parts in items.references[b"dimg"]:
        if items.kinds.get(item) == TONE_MAP and len(parts) == 2 and parts[0] == items.primary != parts[1]:
            return item, parts[1]
    return None


def without_maps(items: Items) -> Items:
    """Return the items of a file in which a map is none of the pictures that are shown, and counted, by themselves."""
    found = tone_map(items)
    if not found or any(item == found[1] for item, _ in items.references[b"auxl"]):
        return items
    return items.hiding(found[1])


def iso_gain_map(
    items: Items, photo: Photo, decode: Callable[[Items, CheckSize], Photo], turn: int = 1
) -> GainMap | None:
    """Return the map of a photo that was decoded; None where there is none, or none that can be read.

    ``decode`` decodes a file's primary picture, and ``turn`` is the orientation by which the photo was turned
    afterwards.
    """
    found = tone_map(items)
    meaning = gains.from_tone_map(items.content(found[0])) if found else None
    if not found or not meaning:
        return None
    picture = _decoded(items.showing(found[1]), photo, decode)
    return picture and _gain_map(items, found[0], photo, picture, meaning, turn)


def _decoded(items: Items, photo: Photo, decode: Callable[[Items, CheckSize], Photo]) -> Photo | None:
    """Return the primary picture of a file if it is no larger than a photo and can be decoded."""

    def check(width: int, height: int, _: int) -> None:
        if width * height > photo.width * photo.height:
            raise Unreadable("has a gain map larger than the photo")
        check_pixels(parts, width * height)

    try:
        parts = check_parts(items)
        return in_full_range(decode(items, check), items, items.primary)
    except Unreadable:
        return None


def _gain_map(items: Items, item: int, photo: Photo, picture: Photo, meaning: Gains, turn: int) -> GainMap:
    from ppcn.images.depth import to_8_bits
    from ppcn.images.pixels.orientation import apply_orientation

    pixels = to_8_bits(picture.colours)
    if (pixels == pixels[:, :, :1]).all():  # decoders of AV1 show grey as RGB
        pixels = pixels[:, :, :1]
    icc, known = _colours(items, item)
    meaning = replace(meaning, in_base_colours=meaning.in_base_colours or not known)
    return gain_map_of(photo, apply_orientation(pixels, turn), meaning, icc)


def _colours(items: Items, item: int) -> tuple[bytes | None, bool]:
    """Return the profile of the colours that the HDR picture is in, and whether the file says which they are."""
    from ppcn.images.colour.cicp import profile_for

    for kind, content in items.properties.get(item, ()):
        if kind == b"colr" and content.startswith(PROFILES):
            return content[4:], True
    for code in named_colours(items, [item]):
        if code[1] != UNKNOWN:
            return profile_for({(code[1], SRGB_CURVE)}, grey=False), True
    return None, False
