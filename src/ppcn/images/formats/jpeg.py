"""JPEG (ITU-T T.81), through libvips but for its metadata segments (JFIF, EXIF, XMP) and the gain map behind it."""

import struct
from collections.abc import Iterator
from dataclasses import replace

from ppcn.images.formats import libvips, mpf
from ppcn.images.formats.format import Format
from ppcn.images.formats.gain_map import after_edit, by_light, gain_map_of
from ppcn.images.metadata import exif, gains, xmp
from ppcn.images.metadata.container import FILM, GAIN_MAP, description, film, parts
from ppcn.images.metadata.iptc import from_resources, to_resources
from ppcn.images.metadata.lost import lost_parts
from ppcn.images.photo import GainMap, Photo
from ppcn.images.unreadable import CheckSize, Unreadable

APP0, APP1, APP2, APP13, SCAN = 0xE0, 0xE1, 0xE2, 0xED, 0xDA
PHOTOSHOP = b"Photoshop 3.0\0"
EXIF, XMP, JFIF = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0", b"JFIF\0"
LARGEST_SEGMENT = 65533
GAIN_MAP_BYTES = 12  # a pixel: the map before and after, and the photo before and after, where it is as large
GAIN_MAP_QUALITY = 95
FITTED_PIXELS = 24_000_000  # Huffman codes are fitted up to here: files a seventh smaller, 12 bytes of memory a pixel


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a JPEG file, with the gain map and the film behind the photo."""
    iptc = from_resources(b"".join(part for marker, _, part in _parts(data, PHOTOSHOP) if marker == APP13))
    pictures = further_pictures(data)
    maps = sum(part.endswith("map") for part in lost_parts(data)) if pictures else 0
    further = ("further pictures",) * (len(pictures) > maps)
    extra = GAIN_MAP_BYTES if maps else 0
    photo = libvips.load(
        data,
        "jpegload_buffer",
        lambda width, height, depth: check(width, height, depth + extra),
        further=further,
        dpi=dpi(data),
        iptc=iptc,
    )
    found = _gain_map(data, pictures, photo) if photo.space != "cmyk" else None
    return replace(photo, gain_map=found, film=film(data, _packet(data)))


def save(photo: Photo, quality: int) -> bytes:
    """Encode with colours as fine as brightness (4:4:4)."""
    fit = photo.width * photo.height <= FITTED_PIXELS
    data = libvips.save(photo, "jpegsave_buffer", Q=quality, subsample_mode="off", optimize_coding=fit, keep="icc")
    second = _encoded(after_edit(photo.gain_map, photo)) if photo.gain_map else None
    last = photo.film.data if photo.film else None
    following = [(name, len(part)) for name, part in ((GAIN_MAP, second), (FILM, last)) if part]
    packet = photo.xmp
    if following:
        said = description(following, photo.film and photo.film.time)
        packet = xmp.with_description(packet, said)
        if len(XMP + packet) > LARGEST_SEGMENT:  # it would be left out, and what follows would not be found
            packet = xmp.with_description(None, said)
    data = with_metadata(data, exif=photo.exif, xmp=packet, iptc=photo.iptc, dpi=photo.dpi)
    return (_joined(data, second) if second else data) + (last or b"")


def further_pictures(data: bytes) -> list[bytes]:
    """Return the pictures behind the photo, without thumbnails, as the index says (CIPA DC-007), or Google's XMP."""
    for marker, place, content in _parts(data, mpf.NAME):
        if marker == APP2:
            found = mpf.further(content, place)
            return [data[at : at + size] for kind, at, size in found if kind not in mpf.THUMBNAILS]
    return [data[start:end] for semantic, start, end in parts(len(data), _packet(data)) if semantic != FILM]


def exif_of(data: bytes) -> bytes | None:
    """Return the EXIF block of a JPEG file."""
    return next((part for marker, _, part in _parts(data, EXIF) if marker == APP1), None)


def _packet(data: bytes) -> bytes:
    return next((part for marker, _, part in _parts(data, XMP) if marker == APP1), b"")


def _gain_map(data: bytes, pictures: list[bytes], photo: Photo) -> GainMap | None:
    """Return the gain map among the pictures behind a photo.

    One that cannot be read is none, nor is one that is larger than the photo.
    """
    from ppcn.images.pixels.orientation import apply_orientation

    block = exif_of(data) or b""
    for picture in pictures:
        iso = next((part for marker, _, part in _parts(picture, gains.ISO) if marker == APP2), None)
        packet = _packet(picture)
        meaning = gains.from_iso(iso) if iso else gains.from_xmp(packet)
        headroom = gains.apples_headroom(packet, block) if gains.is_apples(packet) else None
        if not meaning and not headroom:
            continue
        decoded = _decoded(picture, photo.width * photo.height)
        if not decoded:
            return None
        pixels = apply_orientation(decoded.pixels, exif.orientation(block) or 1)
        if not meaning:
            pixels, meaning = by_light(pixels, headroom or 1)
        return gain_map_of(photo, pixels, meaning, decoded.icc)
    return None


def _decoded(picture: bytes, most: int) -> Photo | None:
    def check(width: int, height: int, _: int) -> None:
        if width * height > most:
            raise Unreadable("has a gain map larger than the photo")

    try:
        decoded = libvips.load(picture, "jpegload_buffer", check, exif=None)
    except Unreadable:
        return None
    return decoded if decoded.space != "cmyk" else None


def _encoded(found: GainMap) -> bytes:
    """Return a gain map as the JPEG file that follows a photo."""
    space = "grey" if found.pixels.shape[2] == 1 else "rgb"
    photo = Photo(found.pixels, space, icc=None if found.gains.in_base_colours else found.icc)
    data = libvips.save(photo, "jpegsave_buffer", Q=GAIN_MAP_QUALITY, subsample_mode="off", keep="icc")
    said = _segment(APP1, XMP + gains.to_xmp(found.gains)) + _segment(APP2, gains.ISO + gains.to_iso(found.gains))
    return data[:2] + said + data[2:]


def _joined(photo: bytes, second: bytes) -> bytes:
    """Return a file of a photo and its gain map, with the index that points to it (Ultra HDR 1.0, ISO 21496-1).

    The index comes behind EXIF and XMP, before the profile and the picture itself, as the standard has it.
    """
    place = next((at - 4 for marker, at, _ in segments(photo) if marker not in (APP0, APP1, APP13)), 2)
    iso = _segment(APP2, gains.ISO + gains.ISO_VERSION)
    size = len(_segment(APP2, mpf.NAME + mpf.index(0, 0, [0])))
    begins = place + len(iso) + 4 + len(mpf.NAME)  # where the index lies, from which its places count
    index = mpf.index(len(photo) + len(iso) + size, begins, [len(second)])
    return photo[:place] + iso + _segment(APP2, mpf.NAME + index) + photo[place:] + second


def _segment(marker: int, content: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(content) + 2).to_bytes(2, "big") + content


def segments(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield marker, place and content of every segment before the first scan; fill bytes are passed by (T.81, B.1)."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != SCAN:
        if data[place + 1] == 0xFF:
            place += 1
            continue
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        yield data[place + 1], place + 4, data[place + 4 : place + 2 + length]
        place += 2 + max(length, 2)


def dpi(data: bytes) -> tuple[float, float] | None:
    """Return the density that the JFIF segment states, if it states one."""
    for marker, _, content in _parts(data, JFIF):
        if marker == APP0 and len(content) >= 7:
            unit, across, down = struct.unpack_from(">BHH", content, 2)
            scale = {1: 1.0, 2: 2.54}.get(unit, 0.0)
            return (across * scale, down * scale) if scale and across and down else None
    return None


def _parts(data: bytes, name: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield marker, place and content of the segments whose content begins with a name, all behind that."""
    for marker, place, part in segments(data):
        if part.startswith(name):
            yield marker, place + len(name), part[len(name) :]


def with_metadata(
    data: bytes,
    *,
    exif: bytes | None,
    xmp: bytes | None,
    iptc: bytes | None = None,
    dpi: tuple[float, float] | None,
) -> bytes:
    """Return a JPEG file with these segments after its first two bytes.

    A segment ends at 64 KiB: larger EXIF, XMP or IPTC is left out, as it is by every other writer of one segment.
    """
    parts = []
    if dpi:
        across, down = (min(max(round(value), 1), 65535) for value in dpi)
        parts.append((APP0, JFIF + struct.pack(">BBBHHBB", 1, 2, 1, across, down, 0, 0)))
    if exif:
        parts.append((APP1, EXIF + exif))
    if xmp:
        parts.append((APP1, XMP + xmp))
    if iptc:
        parts.append((APP13, PHOTOSHOP + to_resources(iptc)))
    extra = b"".join(_segment(*part) for part in parts if len(part[1]) <= LARGEST_SEGMENT)
    return data[:2] + extra + data[2:]


FORMAT = Format(
    name="jpeg",
    title="JPEG",
    media_type="image/jpeg",
    suffixes=(".jpg", ".jpeg", ".jfif", ".jpe"),
    signature=rb"\xff\xd8\xff",
    load=load,
    save=save,
    quality=95,
    largest_side=65535,
    cmyk=True,
    grey=True,
    iptc=True,
    gain_map=True,
    film=True,
)
