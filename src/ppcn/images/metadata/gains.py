"""What a file says of its gain map: in the binary form of ISO 21496-1, in XMP by Adobe and Google, and by Apple."""

import re
import struct
from collections.abc import Sequence

from ppcn.images.metadata.tiff_directory import EXIF_IFD, RATIONAL, SIGNED_RATIONAL, Directory, entries, parse
from ppcn.images.photo import Channels, Gains

ISO = b"urn:iso:std:iso:ts:21496:-1\0"  # begins the segments of JPEG that have the binary form
ISO_VERSION = b"\0\0\0\0"  # minimum and writer's version: all that the photo's own segment says
SEVERAL, IN_BASE_COLOURS, COMMON_DENOMINATOR, BASE_IS_HDR = 0x80, 0x40, 0x08, 0x04  # flags of the binary form
DENOMINATOR = 1 << 20

NAMESPACE = b"http://ns.adobe.com/hdr-gain-map/1.0/"
_NUMBER = rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_APPLE_HEADROOM = re.compile(rb"HDRGainMapHeadroom\s*(?:=\s*[\"']|>\s*)(" + _NUMBER + rb")")
_APPLE = re.compile(rb"HDRGainMapVersion|apple:photo:2020:aux:hdrgainmap")
_MAKER_NOTE, _APPLE_NOTE = 0x927C, b"Apple iOS\0"
_HDR_HEADROOM, _HDR_GAIN = 0x21, 0x30


def from_iso(data: bytes) -> Gains | None:
    """Return what the binary form says (without ``ISO``); None where it is damaged, or the photo is the HDR picture."""
    try:
        minimum, _, flags = struct.unpack_from(">HHB", data)
        if minimum or flags & BASE_IS_HDR:
            return None
        channels, place = (3 if flags & SEVERAL else 1), 5
        # Numerators of the headrooms, then of each channel's range, gamma and offsets; gamma alone cannot be negative.
        signs = "II" + "iiIii" * channels
        if flags & COMMON_DENOMINATOR:
            (bottom,) = struct.unpack_from(">I", data, place)
            values = [top / bottom for top in struct.unpack_from(">" + signs, data, place + 4)]
        else:
            parts = struct.unpack_from(">" + "".join(f"{sign}I" for sign in signs), data, place)
            values = [top / bottom for top, bottom in zip(parts[::2], parts[1::2], strict=True)]
    except (struct.error, ZeroDivisionError):
        return None
    if values[0] > values[1]:
        return None
    rows = [values[2 + 5 * k : 7 + 5 * k] for k in range(channels)]
    minima, maxima, gammas, offsets, others = (_three(column) for column in zip(*rows, strict=True))
    return _sane(Gains(minima, maxima, gammas, offsets, others, values[0], values[1], bool(flags & IN_BASE_COLOURS)))


def from_tone_map(data: bytes) -> Gains | None:
    """Return what the item "tmap" of a HEIF file says: the binary form behind a version (ISO/IEC 23008-12, 6.6.2.4)."""
    return from_iso(data[1:]) if data[:1] == b"\0" else None


def to_iso(gains: Gains) -> bytes:
    """Return the binary form, behind ``ISO``."""
    columns = (gains.minimum, gains.maximum, gains.gamma, gains.offset_base, gains.offset_alternate)
    same = all(len(set(column)) == 1 for column in columns)
    flags = IN_BASE_COLOURS * gains.in_base_colours | SEVERAL * (not same)
    rows = list(zip(*columns, strict=True))[: 1 if same else 3]
    values = [gains.base_headroom, gains.alternate_headroom, *(value for row in rows for value in row)]
    numbers = [number for value in values for number in (round(value * DENOMINATOR), DENOMINATOR)]
    signs = "".join(f"{sign}I" for sign in "II" + "iiIii" * len(rows))
    return ISO_VERSION + struct.pack(f">B{signs}", flags, *numbers)


def from_xmp(xmp: bytes) -> Gains | None:
    """Return what a map's XMP says by Adobe's names; None where it says nothing, or the photo is the HDR picture."""
    found = {name: _values(xmp, name) for name in (b"GainMapMin", b"GainMapMax", b"Gamma", b"OffsetSDR", b"OffsetHDR")}
    if not found[b"GainMapMax"] or re.search(rb"BaseRenditionIsHDR\s*(?:=\s*[\"']|>\s*)True", xmp, re.IGNORECASE):
        return None
    defaults = Gains()
    minimum, maximum, gamma, base, alternate = (_three(value) if value else None for value in found.values())
    low, high = (_values(xmp, name) for name in (b"HDRCapacityMin", b"HDRCapacityMax"))
    return _sane(
        Gains(
            minimum or defaults.minimum,
            maximum or defaults.maximum,
            gamma or defaults.gamma,
            base or defaults.offset_base,
            alternate or defaults.offset_alternate,
            max(low[0], 0) if low else defaults.base_headroom,
            max(high[0] if high else max(maximum or defaults.maximum), 0),
        )
    )


def to_xmp(gains: Gains) -> bytes:
    """Return the map's own XMP, by Adobe's names; the same for all channels where they are the same."""
    values = {
        "GainMapMin": gains.minimum,
        "GainMapMax": gains.maximum,
        "Gamma": gains.gamma,
        "OffsetSDR": gains.offset_base,
        "OffsetHDR": gains.offset_alternate,
        "HDRCapacityMin": (gains.base_headroom,),
        "HDRCapacityMax": (gains.alternate_headroom,),
    }
    plain = "".join(f' hdrgm:{name}="{each[0]:.7g}"' for name, each in values.items() if len(set(each)) == 1)
    listed = "".join(
        f"<hdrgm:{name}><rdf:Seq>{''.join(f'<rdf:li>{value:.7g}</rdf:li>' for value in each)}</rdf:Seq></hdrgm:{name}>"
        for name, each in values.items()
        if len(set(each)) > 1
    )
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:hdrgm="{NAMESPACE.decode()}" hdrgm:Version="1.0"'
        f' hdrgm:BaseRenditionIsHDR="False"{plain}>{listed}</rdf:Description></rdf:RDF></x:xmpmeta>'
    ).encode()


def is_apples(data: bytes) -> bool:
    """Tell whether XMP, or the type of an auxiliary picture, is of a map as Apple makes them."""
    return bool(_APPLE.search(data))


def apples_headroom(xmp: bytes, exif: bytes | None) -> float | None:
    """Return how many times white a photo with a map of Apple's reaches: as its map's XMP says, or the photo's EXIF."""
    match = _APPLE_HEADROOM.search(xmp)
    headroom = float(match[1]) if match else _by_maker_note(exif or b"")
    return headroom if headroom and 1 < headroom < 1 << 16 else None


def _by_maker_note(exif: bytes) -> float | None:
    """Return the headroom that Apple's maker note states, by the formula of Apple's documentation."""
    note = parse(exif).inner.get(EXIF_IFD, Directory()).values.get(_MAKER_NOTE, (0, b""))[1]
    if not note.startswith(_APPLE_NOTE):
        return None
    numbers: dict[int, float] = {}
    for tag, kind, _, place in entries(note, ">", len(_APPLE_NOTE) + 4):
        at = int.from_bytes(note[place : place + 4], "big")
        if kind in (RATIONAL, SIGNED_RATIONAL) and len(note) >= at + 8:
            top, bottom = struct.unpack_from(">ii", note, at)
            numbers[tag] = top / bottom if bottom else 0.0
    if _HDR_HEADROOM not in numbers or _HDR_GAIN not in numbers:
        return None
    gain, bright = numbers[_HDR_GAIN], numbers[_HDR_HEADROOM] >= 1
    if gain <= 0.01:
        stops = -70 * gain + 3 if bright else -20 * gain + 1.8
    else:
        stops = -0.303 * gain + 2.303 if bright else -0.101 * gain + 1.601
    return 2 ** max(stops, 0)


def _values(xmp: bytes, name: bytes) -> list[float]:
    """Return the numbers of one of Adobe's properties: an attribute, an element, or a list in an element."""
    text = rb"hdrgm:" + name
    match = re.search(text + rb"\s*=\s*[\"']([^\"']{0,200})|<" + text + rb"\s*>(.{0,600}?)</" + text, xmp, re.DOTALL)
    return (
        [float(number) for number in re.findall(_NUMBER, re.sub(rb"<[^>]*>", b" ", match[1] or match[2]))]
        if match
        else []
    )


def _three(values: Sequence[float]) -> Channels:
    red, green, blue = values if len(values) == 3 else (values[0],) * 3
    return red, green, blue


def _sane(gains: Gains) -> Gains | None:
    """Return gains, or None where they are none: a gamma of 0, or numbers beyond all screens."""
    columns = (gains.minimum, gains.maximum, gains.offset_base, gains.offset_alternate)
    numbers = [*(abs(value) for column in columns for value in column), gains.base_headroom, gains.alternate_headroom]
    ordered = all(low <= high for low, high in zip(gains.minimum, gains.maximum, strict=True))
    usable = ordered and max(numbers) < 64 and all(1e-3 < gamma < 1e3 for gamma in gains.gamma)
    return gains if usable else None
