"""TIFF (6.0), through libvips but for EXIF, which stands in the directories of the file itself."""

import struct
from dataclasses import replace
from itertools import islice

from ppcn.images.formats import libvips, raw
from ppcn.images.formats.format import Format
from ppcn.images.metadata.iptc import from_resources
from ppcn.images.metadata.lost import MAP
from ppcn.images.metadata.tiff_directory import DESCRIPTIVE, RATIONAL, UNDEFINED, Directory, as_exif, pack, pages, parse
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize, unsupported

X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT, ORIENTATION = 282, 283, 296, 274
SUBFILE_TYPE, COMPRESSION, PHOTOMETRIC, SUB_DIRECTORIES, EXTRA_SAMPLES, DNG_VERSION = 254, 259, 262, 330, 338, 50706
IPTC, RESOURCES = 33723, 34377
# What libvips would show wrongly, or call damaged: photometric interpretations, but for YCbCr compressed as JPEG.
UNSUPPORTED = {6: "YCbCr", 8: "CIELab", 9: "ICCLab", 10: "ITULab", 32803: "a sensor's mosaic", 34892: "linear raw"}
JPEGS = (6, 7)
SAMPLE_BITS, SAMPLE_FORMAT = 258, 339
KNOWN_BITS = (1, 2, 4, 8, 16, 32, 64)  # a channel, of which libvips says itself what it does not read
COMPLEX = (5, 6)  # of SAMPLE_FORMAT
GEO_TIFF = (33550, 33922, 34264)  # the size of pixels on the ground, and where they lie
UNSPECIFIED, ASSOCIATED_ALPHA, UNASSOCIATED_ALPHA = 0, 1, 2  # of EXTRA_SAMPLES
MOST_PAGES = 16  # among which the photo is looked for


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode the first page of a TIFF file that is no thumbnail.

    libvips divides colours by an associated alpha, which TIFF stores multiplied by it.
    """
    found = list(islice(pages(data), MOST_PAGES))
    full = [number for number, page in enumerate(found) if not page.number(SUBFILE_TYPE, 0) & 1]
    first = found[0] if found else Directory()
    if DNG_VERSION in first.values or (found and not full) or (SUB_DIRECTORIES in first.values and full[:1] != [0]):
        return raw.load(data, check)
    page = found[full[0]] if found else first
    kind = UNSUPPORTED.get(page.number(PHOTOMETRIC, 2))
    if kind and not (kind == "YCbCr" and page.number(COMPRESSION, 1) in JPEGS):
        raise unsupported(kind)
    if page.number(SAMPLE_FORMAT, 1) in COMPLEX:
        raise unsupported("complex numbers")
    if (bits := page.number(SAMPLE_BITS, 1)) not in KNOWN_BITS:
        raise unsupported(f"{bits} bits a channel")
    further = ("further pages",) * (len(full) > 1 or len(found) == MOST_PAGES)
    further += (MAP,) * any(tag in page.values for tag in GEO_TIFF)
    photo = libvips.load(
        data, "tiffload_buffer", check, further=further,
        page=full[0] if found else 0, orientation=page.number(ORIENTATION, 1), exif=as_exif(first, page), dpi=dpi(page),
        iptc=iptc_of(page),
    )  # fmt: skip
    extra = page.number(EXTRA_SAMPLES, UNASSOCIATED_ALPHA) if photo.alpha else UNASSOCIATED_ALPHA
    if extra == ASSOCIATED_ALPHA and photo.space == "cmyk" and photo.peak > 255:  # libvips makes it black
        raise unsupported("16-bit CMYK with an associated alpha")
    if extra == UNSPECIFIED:
        lost = (*photo.lost, "channel that is neither colour nor transparency")
        photo = replace(photo, pixels=photo.colours.copy(), alpha=False, lost=lost)
    return photo


def save(photo: Photo, _: int) -> bytes:
    """Encode with the depth of the photo, by deflate."""
    data = libvips.save(
        photo, "tiffsave_buffer", xmp=photo.xmp, dpi=photo.dpi, keep="all",
        compression="deflate", predictor="horizontal", resunit="inch",
    )  # fmt: skip
    return with_metadata(data, exif=photo.exif, iptc=photo.iptc, dpi=photo.dpi)


def iptc_of(page: Directory) -> bytes | None:
    """Return the IPTC record of a page, or None."""
    record = page.values.get(IPTC, (0, b""))[1]
    return record if record.startswith(b"\x1c") else from_resources(page.values.get(RESOURCES, (0, b""))[1])


def dpi(page: Directory) -> tuple[float, float] | None:
    """Return the resolution that a page states in inches or centimetres, if it does."""
    scale = {2: 1.0, 3: 2.54}.get(page.number(RESOLUTION_UNIT, 2), 0.0)
    found = []
    for tag in (X_RESOLUTION, Y_RESOLUTION):
        kind, value = page.values.get(tag, (0, b""))
        top, bottom = struct.unpack("<II", value[:8]) if kind == RATIONAL else (0, 0)
        found.append(scale * top / bottom if bottom else 0.0)
    return (found[0], found[1]) if all(found) else None


def with_metadata(data: bytes, *, exif: bytes | None, iptc: bytes | None, dpi: tuple[float, float] | None) -> bytes:
    """Return a TIFF file of one page whose directory, now at its end, also says what ``exif`` and ``iptc`` say."""
    whole = parse(data)
    if exif:
        about = parse(exif)
        whole.values |= {tag: value for tag, value in about.values.items() if tag in DESCRIPTIVE}
        whole.inner = about.inner
    if iptc:
        whole.values[IPTC] = (UNDEFINED, iptc)
    if not dpi:  # libvips states a resolution that it made up
        for tag in (X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT):
            whole.values.pop(tag, None)
    data += b"\0" * (len(data) % 2)
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + pack(whole, len(data))


FORMAT = Format(
    name="tiff",
    title="TIFF",
    media_type="image/tiff",
    suffixes=(".tiff", ".tif"),
    signature=rb"II[*+]\0(?!\x10\0\0\0CR)|MM\0[*+]",  # also BigTIFF, and not Canon's raw files
    load=load,
    save=save,
    alpha=True,
    cmyk=True,
    sixteen_bits=True,
    grey=True,
    iptc=True,
    without_browser="a TIFF picture or a camera's raw file",
)
