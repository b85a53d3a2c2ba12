"""Decoding and encoding by libvips, which most formats share."""

from typing import Any

from ppcn.images.photo import COLOURS, Photo, Space
from ppcn.images.pixels.vips import VipsError, attach, from_array, to_array, vips_errors
from ppcn.images.unreadable import DAMAGED, CheckSize, Unreadable

_SPACES: dict[str, Space] = {
    "b-w": "grey", "grey16": "grey", "srgb": "rgb", "rgb": "rgb", "rgb16": "rgb", "cmyk": "cmyk",
}  # fmt: skip


def load(
    data: bytes, loader: str, check: CheckSize, *, upright: bool = False, further: str = "further frames"
) -> Photo:
    """Decode the first frame by one of libvips's loaders, so that no file can choose another one.

    ``upright`` says that the loader applies the orientation itself, ``further`` what is lost where there are more
    frames. The resolution is left out: libvips makes one up where a file states none. Raises ``Unreadable``.
    """
    from ppcn.images.depth import expand_to_16_bits
    from ppcn.images.pixels.orientation import apply_orientation

    def field(name: str) -> Any:
        return image.get(name) if image.get_typeof(name) else None

    try:
        with vips_errors() as pyvips:
            image = getattr(pyvips.Image, loader)(data, access="sequential", fail_on="error")
        space, alpha = _layout(image)
        check(image.width, image.height, image.bands * (2 if image.format == "ushort" else 1))
        with vips_errors():
            pixels = expand_to_16_bits(to_array(image), field("bits-per-sample") or 16)
    except VipsError as error:
        raise Unreadable(DAMAGED) from error
    return Photo(
        pixels=pixels if upright else apply_orientation(pixels, field("orientation") or 1),
        space=space,
        alpha=alpha,
        icc=field("icc-profile-data"),
        exif=field("exif-data"),
        xmp=field("xmp-data"),
        lost=(further,) if (field("n-pages") or 1) > 1 else (),
    )


def _layout(image: Any) -> tuple[Space, bool]:
    """Return colour space and presence of alpha, from the header."""
    space = _SPACES.get(image.interpretation)
    if space is None or image.format not in ("uchar", "ushort"):
        raise Unreadable(
            f"stores its pixels in a way that is not supported ({image.interpretation}, {image.format}); save it as "
            "grey, RGB or CMYK with 8 or 16 bits"
        )
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
