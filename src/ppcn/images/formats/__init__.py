"""File formats, a file each, and the one table of them: everything that depends on formats is derived from it."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from ppcn.errors import OutputError
from ppcn.images.formats.format import Format

NAMES = (  # of the files in this folder that declare a format, in the order in which sentences list them
    "jpeg",
    "png",
    "webp",
    "tiff",
    "heic",
    "avif",
    "gif",
    "jxl",
    "jpeg2000",
    "bmp",
    "pnm",
    "raw",
)
FORMATS: dict[str, Format] = {name: import_module(f"{__name__}.{name}").FORMAT for name in NAMES}
SUFFIXES: dict[str, Format] = {suffix: format for format in FORMATS.values() for suffix in format.suffixes}

WRITABLE: dict[str, Format] = {name: format for name, format in FORMATS.items() if format.save}
CHOICES = [format.suffixes[0].removeprefix(".") for format in WRITABLE.values()]  # what users ask for: "jpg"


def check_installed(format: Format) -> None:
    """Raise ``OutputError`` where the library that writes a format is missing."""
    if format.missing:
        raise OutputError(f"To write {format.title}, {format.missing}.")


def result_format(name: str | None, alpha: bool) -> Format:
    """Return the format of a result for a photo of a format: the same, or PNG (with alpha) or JPEG if it is read only.

    A photo whose name tells no format (None) counts as one of a format that is read only.
    """
    return WRITABLE.get(name or "") or FORMATS["png" if alpha else "jpeg"]


def format_of(path: Path, choice: str | None = None) -> str:
    """Return the format that a file's name asks for.

    Raises ``OutputError`` for one that is not written, and where ``choice``, the suffix of a format, asks for another.
    """
    format = SUFFIXES.get(path.suffix.lower())
    if format is None or not format.save:
        known = [suffix for suffix, format in SUFFIXES.items() if format.save]
        raise OutputError(
            f"{path}: pictures cannot be written as {path.suffix or 'a file without a suffix'}; "
            f"use one of {', '.join(known)}."
        )
    check_installed(format)
    if choice and SUFFIXES[choice] is not format:
        raise OutputError(f"{path} is no name for the format {choice[1:]}: change one of the two, or leave one out.")
    return format.name


def _listed(words: Sequence[str], conjunction: str) -> str:
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


TITLES = _listed([format.title for format in FORMATS.values()], "or")
QUALITIES = _listed([f"{format.title} ({format.quality})" for format in WRITABLE.values() if format.quality], "and")
READ_ONLY = _listed([format.title for format in FORMATS.values() if not format.save], "and")
UNLIMITED = _listed([format.name for format in WRITABLE.values() if not format.largest_side], "or")
