"""Decoding and encoding by libvips, which most formats share."""

import re
from typing import Any

from ppcn.images.photo import COLOURS, Photo, Space
from ppcn.images.pixels.vips import VipsError, attach, from_array, to_array, vips_errors
from ppcn.images.unreadable import DAMAGED, CheckSize, Unreadable, unsupported

_SPACES: dict[str, Space] = {
    "b-w": "grey", "grey16": "grey", "srgb": "rgb", "rgb": "rgb", "rgb16": "rgb", "cmyk": "cmyk",
}  # fmt: skip


# Lines of messages about files that are whole, but of a kind that libvips, as it was built, does not decode.
_UNSUPPORTED = re.compile(
    r"^(?!.*marker).*(?:not supported|unsupported|not configured|not implemented|labq).*$", re.I | re.M
)


def load(
    data: bytes,
    loader: str,
    check: CheckSize,
    *,
    further: tuple[str, ...] | None = None,
    page: int | None = None,
    orientation: int | None = None,
    pixels_are_upright: bool = False,
    **known: Any,
) -> Photo:
    """Decode the first frame, or a page, by one of libvips's loaders, so that no file can choose another one.

    ``pixels_are_upright`` says that the loader applies the orientation itself; else it is ``orientation``, or EXIF's.
    ``further`` is what is lost, by default "further frames" where libvips counts some. ``known`` are fields of a photo
    that libvips reads otherwise, or not at all. The resolution is left out: libvips makes one up where a file states
    none. Raises ``Unreadable``.
    """
    from ppcn.images.depth import expand_to_16_bits
    from ppcn.images.metadata.upright import upright

    def field(name: str) -> Any:
        return image.get(name) if image.get_typeof(name) else None

    options = {} if page is None else {"page": page}
    try:
        with vips_errors() as pyvips:
            image = getattr(pyvips.Image, loader)(data, access="sequential", fail_on="error", **options)
        space, alpha = _layout(image)
        check(image.width, image.height, image.bands * (2 if image.format == "ushort" else 1))
        with vips_errors():
            pixels = expand_to_16_bits(to_array(image), field("bits-per-sample") or 16)
    except VipsError as error:
        reason = _UNSUPPORTED.search(error.whole)
        raise unsupported(reason[0].strip()) if reason else Unreadable(DAMAGED) from error
    if further is None:
        further = ("further frames",) if (field("n-pages") or 1) > 1 else ()
    stored = {"icc": field("icc-profile-data"), "exif": field("exif-data"), "xmp": field("xmp-data")} | known
    stored["exif"] = stored["exif"] and stored["exif"].removeprefix(b"Exif\0\0")
    photo = Photo(pixels=pixels, space=space, alpha=alpha, lost=further, **stored)
    return upright(photo, orientation, pixels_are=pixels_are_upright)


def _layout(image: Any) -> tuple[Space, bool]:
    """Return colour space and presence of alpha, from the header."""
    space = _SPACES.get(image.interpretation)
    if space is None or image.format not in ("uchar", "ushort"):
        raise unsupported(f"{image.interpretation}, {image.format}")
    extra = image.bands - COLOURS[space]
    if extra not in (0, 1):
        raise Unreadable(f"has {image.bands} channels, which is not supported; save it as grey, RGB or CMYK")
    return space, extra == 1


def save(
    photo: Photo,
    saver: str,
    *,
    exif: bytes | None = None,
    xmp: bytes | None = None,
    dpi: tuple[float, float] | None = None,
    **options: Any,
) -> bytes:
    """Encode a photo's pixels and ICC profile by one of libvips's savers; raises ``VipsError``.

    ``exif``, ``xmp`` and ``dpi`` are for formats in which libvips writes them as we need them; ``options`` are the
    saver's.
    """
    fields = {"icc-profile-data": photo.icc, "exif-data": exif and b"Exif\0\0" + exif, "xmp-data": xmp}
    with vips_errors():
        image = from_array(photo.pixels, photo.space)
        for field, content in fields.items():
            if content:
                attach(image, field, content)
        if dpi:
            image = image.copy(xres=dpi[0] / 25.4, yres=dpi[1] / 25.4)
        return getattr(image, saver)(**options)
