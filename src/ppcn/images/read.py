"""From a file, or its bytes, to a Photo."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from ppcn.files import exists, is_folder, place, reaching
from ppcn.images.colour.cicp import adobe_rgb
from ppcn.images.formats import TITLES
from ppcn.images.formats.sniff import HEAD, describe, sniff
from ppcn.images.metadata import exif, xmp
from ppcn.images.metadata.lost import DEPTH, GAIN_MAP, MOTION, lost_parts
from ppcn.images.photo import Photo
from ppcn.images.unreadable import RAISE_IT, Unreadable, check_size


def read(
    source: Path | str | bytes,
    *,
    max_megapixels: float = 200,
    scale: int = 1,
    advice: str = RAISE_IT,
    admit: Callable[[int, int, int, str], None] | None = None,
) -> Photo:
    """Read a photo of any of ``formats.FORMATS``: its first frame, upright, in its own depth and colours.

    Raises ``InputError`` when there is no such file, when it is damaged, incomplete or of another kind, and, before
    anything is decoded, when it has more than ``max_megapixels`` million pixels, made ``scale`` times larger (of which
    ``advice`` says what to do), or when ``admit``, called with width, height, the bytes of a decoded pixel and the name
    of the format, raises ``Unreadable``.
    """

    def check(width: int, height: int, depth: int, format: str) -> None:
        check_size(width, height, max_megapixels, scale, advice)
        if admit:
            admit(width, height, depth, format)

    name = "The given data" if isinstance(source, bytes) else str(source)
    try:
        data = source if isinstance(source, bytes) else _read_file(place(source) if isinstance(source, str) else source)
        return _decode(data, check)
    except Unreadable as error:
        raise error.error(f"{name} {error}.") from error.__cause__


def _read_file(path: Path) -> bytes:
    """Return a file's bytes, but only the first ones where these show that it is no photo."""
    try:
        if is_folder(path):
            raise Unreadable("is a folder where a photo was expected")
        if exists(path) and not path.is_file():
            raise Unreadable("is no ordinary file; send what it gives to standard input, with - as the name")
        with reaching(path), path.open("rb") as file:
            head = file.read(HEAD)
            return head + file.read() if sniff(head) else head
    except FileNotFoundError as error:
        raise Unreadable("does not exist; check the name") from error
    except PermissionError as error:
        raise Unreadable("cannot be read: permission denied; change the file's permissions") from error
    except OSError as error:
        raise Unreadable(f"cannot be read: {(error.strerror or str(error)).lower()}") from error


def _decode(data: bytes, check: Callable[[int, int, int, str], None]) -> Photo:
    if not data:
        raise Unreadable("is empty; copy it again from where it came from")
    format = sniff(data[:HEAD])
    if format is None:
        raise Unreadable(f"is {describe(data[:HEAD])}; photos are {TITLES} files")
    if format.missing:
        raise Unreadable(f"cannot be read: {format.missing}")
    photo = format.load(data, lambda width, height, depth: check(width, height, depth, format.name))
    parts = {
        GAIN_MAP: photo.gain_map,
        MOTION: photo.film,
        DEPTH: photo.xmp and xmp.has_depth_map(photo.xmp),
    }
    kept = [name for name, part in parts.items() if part]
    icc = photo.icc
    if icc is None and photo.space == "rgb" and photo.exif and exif.is_adobe_rgb(photo.exif):
        icc = adobe_rgb()
    return replace(
        photo,
        format=photo.format or format.name,
        icc=icc,
        exif=exif.without_thumbnail(photo.exif) if photo.exif else None,
        xmp=xmp.without_lost_parts(photo.xmp) if photo.xmp else None,
        lost=tuple(dict.fromkeys(part for part in (*lost_parts(data), *photo.lost) if part not in kept)),
    )
