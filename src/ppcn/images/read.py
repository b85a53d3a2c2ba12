"""From a file, or its bytes, to a Photo."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.files import place
from ppcn.images.colour.cicp import profile_for
from ppcn.images.formats import jpeg, png, tiff
from ppcn.images.formats.heic import full_range, read_heic
from ppcn.images.formats.sniff import HEAD, describe, sniff
from ppcn.images.metadata import exif, xmp
from ppcn.images.metadata.lost import lost_parts
from ppcn.images.photo import COLOURS, Photo, Space
from ppcn.images.pixels.vips import to_array, vips
from ppcn.images.unreadable import DAMAGED, RAISE_IT, CheckSize, Unreadable, check_size

# Each format goes to its own loader, so that no file can choose one of libvips's others.
_LOADERS = {
    "jpeg": "jpegload_buffer",
    "png": "pngload_buffer",
    "webp": "webpload_buffer",
    "tiff": "tiffload_buffer",
    "avif": "heifload_buffer",
    "gif": "gifload_buffer",
}
_DPI = {"jpeg": jpeg.dpi, "png": png.dpi, "tiff": tiff.dpi}  # libvips makes one up where a file says nothing
_SPACES: dict[str, Space] = {
    "b-w": "grey", "grey16": "grey", "srgb": "rgb", "rgb": "rgb", "rgb16": "rgb", "cmyk": "cmyk",
}  # fmt: skip
_TURNS = {3: 2, 4: 2, 5: 1, 6: 3, 7: 3, 8: 1}  # EXIF orientation -> quarter turns to the left, after mirroring
_MIRRORED = (2, 4, 5, 7)


def read(
    source: Path | str | bytes,
    *,
    max_megapixels: float = 200,
    scale: int = 1,
    advice: str = RAISE_IT,
    admit: CheckSize | None = None,
) -> Photo:
    """Read a JPEG, PNG, WebP, TIFF, HEIC, AVIF or GIF file: its first frame, upright, in its own depth and colours.

    Raises ``InputError`` when there is no such file, when it is damaged, incomplete or of another kind, and, before
    anything is decoded, when it has more than ``max_megapixels`` million pixels, made ``scale`` times larger (of which
    ``advice`` says what to do), or when ``admit``, called with width, height and the bytes of a decoded pixel, raises
    ``Unreadable``.
    """

    def check(width: int, height: int, depth: int) -> None:
        check_size(width, height, max_megapixels, scale, advice)
        if admit:
            admit(width, height, depth)

    name = "The given data" if isinstance(source, bytes) else str(source)
    try:
        data = source if isinstance(source, bytes) else _load(place(source) if isinstance(source, str) else source)
        return _decode(data, check)
    except Unreadable as error:
        raise error.error(f"{name} {error}.") from error.__cause__


def _load(path: Path) -> bytes:
    """Return a file's bytes, but only the first ones where these show that it is no photo."""
    try:
        if path.is_dir():
            raise Unreadable("is a folder where a photo was expected")
        if path.exists() and not path.is_file():
            raise Unreadable("is no ordinary file")
        with path.open("rb") as file:
            head = file.read(HEAD)
            return head + file.read() if sniff(head) else head
    except FileNotFoundError as error:
        raise Unreadable("does not exist; check the name") from error
    except PermissionError as error:
        raise Unreadable("cannot be read: permission denied; change the file's permissions") from error
    except OSError as error:
        raise Unreadable(f"cannot be read: {(error.strerror or str(error)).lower()}") from error


def _decode(data: bytes, check: CheckSize) -> Photo:
    head = data[:HEAD]
    kind = sniff(head)
    if not data:
        raise Unreadable("is empty; copy it again from where it came from")
    if kind is None:
        what = describe(head) or "of a kind that is not known here"
        raise Unreadable(f"is {what}; photos are JPEG, PNG, WebP, TIFF, HEIC, AVIF or GIF files")
    photo = read_heic(data, check) if kind == "heic" else _read_vips(data, kind, check)
    return replace(
        photo,
        icc=photo.icc or (profile_for(data, kind) if kind in ("png", "heic", "avif") else None),
        exif=exif.upright(photo.exif) if photo.exif else None,
        xmp=xmp.repaired(photo.xmp) if photo.xmp else None,
        lost=lost_parts(data) + photo.lost,
    )


def _read_vips(data: bytes, kind: str, check: CheckSize) -> Photo:
    pyvips = vips()  # before the "try": whoever is asked to end while it is imported must not ask for its error
    try:
        if kind == "tiff" and tiff.is_raw(data):
            raise Unreadable("is a camera's raw file; develop it first, into a TIFF of 16 bits for example")
        image = getattr(pyvips.Image, _LOADERS[kind])(data, access="sequential", fail_on="error")
        space, alpha = _layout(image)
        check(image.width, image.height, image.bands * (2 if image.format == "ushort" else 1))
        pixels = to_array(image)
        if kind == "avif":
            pixels = full_range(pixels, image.get("bits-per-sample"))
    except pyvips.Error as error:
        raise Unreadable(DAMAGED) from error

    def field(name: str) -> Any:
        return image.get(name) if image.get_typeof(name) else None

    more = (field("n-pages") or 1) > 1 or (kind == "png" and b"\0\0\0\x08acTL" in data[:HEAD])
    return Photo(
        # libheif has turned an AVIF already, whatever its EXIF says
        pixels=pixels if kind == "avif" else turned(pixels, field("orientation") or 1),
        space=space,
        alpha=alpha,
        format=kind,
        icc=field("icc-profile-data"),
        exif=tiff.exif_of(data) if kind == "tiff" else field("exif-data"),
        xmp=field("xmp-data"),
        dpi=_DPI[kind](data) if kind in _DPI else None,
        lost=("further pages" if kind == "tiff" else "further frames",) if more else (),
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


def turned(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return pixels as an EXIF orientation (1 to 8) wants them seen; anything else means 1."""
    if orientation in _MIRRORED:
        pixels = pixels[:, ::-1]
    return np.ascontiguousarray(np.rot90(pixels, _TURNS.get(orientation, 0)))
