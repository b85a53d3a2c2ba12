"""JPEG (ITU-T T.81), through libvips but for its metadata and the gain map and the film behind the photo."""

from dataclasses import replace

from ppcn.images.formats import libvips, mpf
from ppcn.images.formats.format import Format
from ppcn.images.formats.gain_map import MEMORY, after_edit, by_light, gain_map_of
from ppcn.images.formats.jpeg_end import is_whole, with_end
from ppcn.images.formats.jpeg_segments import (
    APP0,
    APP1,
    APP2,
    APP13,
    LARGEST_BLOCK,
    XMP,
    comments_of,
    dpi_of,
    exif_of,
    iptc_of,
    parts_named,
    segment,
    segments,
    whole_xmp_of,
    with_metadata,
    xmp_of,
)
from ppcn.images.metadata import exif, gains, lost
from ppcn.images.metadata.container import FILM, GAIN_MAP, description, film, parts
from ppcn.images.metadata.xmp import has_depth_map
from ppcn.images.photo import COMMENT, GainMap, Photo
from ppcn.images.unreadable import DAMAGED, CheckSize, Unreadable

GAIN_MAP_QUALITY = 95
FITTED_PIXELS = 24_000_000  # Huffman codes are fitted up to here: files a seventh smaller, 12 bytes of memory a pixel


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a JPEG file, with the gain map and the film behind the photo."""
    picture, ends = with_end(data)
    pictures = further_pictures(data)
    xmp, missing = whole_xmp_of(data)
    named = lost.lost_parts(data)
    maps = (lost.GAIN_MAP in named) + (lost.DEPTH in named and not has_depth_map(xmp))
    further = () if len(pictures) <= maps or lost.MASK in named else (lost.PICTURES,)
    extra = MEMORY if pictures and lost.GAIN_MAP in named else 0
    photo = libvips.load(
        picture,
        "jpegload_buffer",
        lambda width, height, depth: check(width, height, depth + extra),
        further=further + missing,
        dpi=dpi_of(data),
        xmp=xmp or None,
        iptc=iptc_of(data),
        texts=comments_of(data),
    )
    if not ends and not is_whole(picture):
        raise Unreadable(DAMAGED)
    found = _gain_map(data, pictures, photo) if photo.space != "cmyk" else None
    return replace(photo, gain_map=found, film=film(data, xmp_of(data)))


def save(photo: Photo, quality: int) -> bytes:
    """Encode with colours as fine as brightness (4:4:4)."""
    fit = photo.width * photo.height <= FITTED_PIXELS
    data = libvips.save(photo, "jpegsave_buffer", Q=quality, subsample_mode="off", optimize_coding=fit, keep="icc")
    second = _encoded(after_edit(photo.gain_map, photo)) if photo.gain_map else None
    last = photo.film.data if photo.film else None
    following = [(name, len(part)) for name, part in ((GAIN_MAP, second), (FILM, last)) if part]
    said = description(following, photo.film and photo.film.time) if following else b""
    data = with_metadata(data, photo, said)
    return (_joined(data, second) if second else data) + (last or b"")


def further_pictures(data: bytes) -> list[bytes]:
    """Return the pictures behind the photo, without thumbnails, as the index says (CIPA DC-007), or Google's XMP."""
    for marker, place, content in parts_named(data, mpf.NAME):
        if marker == APP2:
            found = mpf.further(content, place)
            return [data[at : at + size] for kind, at, size in found if kind not in mpf.THUMBNAILS]
    return [data[start:end] for semantic, start, end in parts(len(data), xmp_of(data)) if semantic != FILM]


def _gain_map(data: bytes, pictures: list[bytes], photo: Photo) -> GainMap | None:
    """Return the gain map among the pictures behind a photo.

    One that cannot be read is none, nor is one that is larger than the photo.
    """
    from ppcn.images.pixels.orientation import apply_orientation

    block = exif_of(data) or b""
    for picture in pictures:
        iso = next((part for marker, _, part in parts_named(picture, gains.ISO) if marker == APP2), None)
        packet = xmp_of(picture)
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
    said = segment(APP1, XMP + gains.to_xmp(found.gains)) + segment(APP2, gains.ISO + gains.to_iso(found.gains))
    return data[:2] + said + data[2:]


def _joined(photo: bytes, second: bytes) -> bytes:
    """Return a file of a photo and its gain map, with the index that points to it (Ultra HDR 1.0, ISO 21496-1).

    The index comes behind EXIF and XMP, before the profile and the picture itself, as the standard has it.
    """
    place = next((at - 4 for marker, at, _ in segments(photo) if marker not in (APP0, APP1, APP13)), 2)
    iso = segment(APP2, gains.ISO + gains.ISO_VERSION)
    size = len(segment(APP2, mpf.NAME + mpf.index(0, 0, [0])))
    begins = place + len(iso) + 4 + len(mpf.NAME)  # where the index lies, from which its places count
    index = mpf.index(len(photo) + len(iso) + size, begins, [len(second)])
    return photo[:place] + iso + segment(APP2, mpf.NAME + index) + photo[place:] + second


FORMAT = Format(
    name="jpeg",
    title="JPEG",
    media_type="image/jpeg",
    suffixes=(".jpg", ".jpeg", ".jfif", ".jpe", ".pjpeg", ".pjp", ".mpo"),
    signature=rb"\xff\xd8\xff",
    load=load,
    save=save,
    quality=95,
    largest_side=65500,  # of libjpeg, whatever T.81 allows
    largest_block=LARGEST_BLOCK,
    cmyk=True,
    grey=True,
    iptc=True,
    texts=(COMMENT,),
    gain_map=True,
    film=True,
)
