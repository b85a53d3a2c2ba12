"""HEIC and AVIF files with a gain map as ISO 21496-1 and ISO/IEC 23008-12 have it: a derived picture, "tmap"."""

import struct
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from builders import saved
from heif_file import Item, Reference, full, item_of, size, written
from motion_photo import box
from ultra_hdr import STOPS, coded, iso

PHONE = Path(__file__).parent / "data" / "alpha.heic"
WHOLE = iso(0, STOPS, 1, 1 / 64)  # what the values of a map mean
PHOTO, MAP, HDR, EXIF = 1, 2, 3, 4  # numbers of the items


def named_colours(primaries: int, curve: int) -> bytes:
    return box(b"colr", b"nclx" + struct.pack(">HHHB", primaries, curve, 6, 128))


P3_PQ = named_colours(12, 16)  # of the HDR picture


def joined(
    photo: Item,
    gain_map: Item,
    meaning: bytes = WHOLE,
    *,
    brand: bytes,
    colours: bytes = P3_PQ,
    version: int = 0,
    exif: bytes = b"",
    references: Sequence[Reference] = (),
    further: Sequence[Item] = (),
    **how,
) -> bytes:
    """Return a file of a photo, its map, and the HDR picture that is made of both, which is an alternative to it."""
    hdr = Item(HDR, b"tmap", bytes([version]) + meaning, tuple(filter(None, (size(64, 48), colours))))
    items, references = [photo, gain_map, hdr, *further], [(b"dimg", HDR, [PHOTO, MAP]), *references]
    if exif:
        items.append(Item(EXIF, b"Exif", struct.pack(">I", 6) + b"Exif\0\0" + exif, hidden=True))
        references.append((b"cdsc", EXIF, [PHOTO]))
    either = struct.pack(">IIII", 1000, 2, HDR, PHOTO)
    return written(items, references, brand=brand, groups=box(b"grpl", full(b"altr", either)), **how)


def heic(
    meaning: bytes = WHOLE, *, hidden: bool = True, turn: int = 0, photo: bytes = b"", both: bool = False, **how
) -> bytes:
    """Return a file whose map is the ramp of alpha of a phone's file.

    ``turn`` is in quarters, counter-clockwise, and ``photo`` the photo's colours, by default as they are. ``both`` says
    that the map is an auxiliary picture of Apple's as well.
    """
    data, turned = PHONE.read_bytes(), (box(b"irot", bytes([turn])),) if turn else ()
    first = item_of(data, 1, renumbered=PHOTO, without=[b"colr"] if photo else [])
    second = item_of(data, 2, renumbered=MAP, without=[b"auxC"])
    belongs = (full(b"auxC", b"urn:com:apple:photo:2020:aux:hdrgainmap\0"),) if both else ()
    return joined(
        replace(first, properties=(*first.properties, *turned, *filter(None, [photo]))),
        replace(second, properties=(*second.properties, *turned, *belongs), hidden=hidden),
        meaning,
        brand=b"heic",
        references=[(b"auxl", MAP, [PHOTO])] if both else (),
        **how,
    )


def avif(photo: bytes, gain: np.ndarray, meaning: bytes = b"", *, shrink: int = 2, hidden: bool = True, **how) -> bytes:
    """Return a file of an AVIF photo and of the gains of its pixels, in stops; the map is ``shrink`` times smaller."""
    values = coded(gain, 0, STOPS, 1, shrink)
    second = saved(values, "AVIF", quality=100, subsampling="4:0:0" if values.ndim == 2 else "4:4:4")
    items = item_of(photo, 1, renumbered=PHOTO), item_of(second, 1, renumbered=MAP, hidden=hidden)
    return joined(*items, meaning or iso(0, STOPS, 1, 1 / 64, gain.shape[2]), brand=b"avif", **how)


def coded_avif(pixels: np.ndarray, **how) -> bytes:
    """Return an AVIF file, nearly as fine as the pixels."""
    return saved(pixels, "AVIF", quality=100, **{"subsampling": "4:4:4"} | how)
