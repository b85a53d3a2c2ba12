"""Planning results: which file a photo's result goes to."""

import mimetypes
import re
import stat
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ppcn.errors import InputError, OutputError
from ppcn.files import exists, is_folder, real, walk
from ppcn.images.formats import FORMATS, SUFFIXES, format_of, result_format

# The stem of a result beside its photo: the photo's name, what was done, perhaps a number.
_RESULT = re.compile(r"(.+)\.(?:enhanced|upscaled)(?:\.\d+)?")
_SUFFIXES = [spelled for suffix in SUFFIXES for spelled in (suffix, suffix.upper())]
_COARSEST_TIME = 2_000_000_000  # nanoseconds, to which some disks keep the times of files
_PICTURES = {".tga", ".dds", ".raw"}  # that ``mimetypes`` may not know


def find_photos(folder: Path, *, recursive: bool = False) -> list[Path]:
    """Return the photos in a folder, by their suffix, sorted; hidden files and folders are passed by.

    So are files of formats whose optional library is not installed.

    Raises ``InputError`` if there are none, or if the folder cannot be read.
    """
    readable = [suffix for format in FORMATS.values() if not format.missing for suffix in format.suffixes]
    files = list(walk(folder, recursive=recursive))
    photos = sorted(path for path in files if path.suffix.lower() in readable)
    if not photos:
        missing = next((format.missing for path in files if (format := SUFFIXES.get(path.suffix.lower()))), "")
        deeper = "" if recursive else "; look into its folders with --recursive"
        more = f"; {missing}" if missing else deeper
        raise InputError(f"{folder} is a folder without photos ({', '.join(readable)}){more}.")
    return photos


@dataclass(frozen=True)
class Output:
    """A photo and the file that its result goes to; ``alpha_target`` is another one in case the photo has alpha."""

    source: Path
    target: Path
    alpha_target: Path | None = None

    @property
    def targets(self) -> tuple[Path, ...]:
        """The files that the result may go to."""
        return (self.target, self.alpha_target) if self.alpha_target else (self.target,)

    def for_alpha(self) -> "Output":
        """Return the output for a photo with alpha: that of a format which is read only is then PNG, not JPEG."""
        return replace(self, target=self.alpha_target or self.target)


def plan_outputs(
    inputs: Sequence[Path],
    output: Path | None = None,
    *,
    recursive: bool = False,
    suffix: str | None = None,
    tag: str = "enhanced",
) -> list[Output]:
    """Return what to read and where to write, for photos and folders of photos.

    A result that lies beside its photo, as all do without ``output``, is NAME.tag.EXT. ``output`` is a file if there is
    one input, a file too, and it has the suffix of a file; else a folder, in which names (and folders below an input
    folder) stay. ``suffix`` (such as ".png") asks for a format; without it the photo's own stays, except that formats
    which are read only (HEIC, GIF ...) become ".jpg". Photos whose results would have the same name get
    ``a.heic.jpg``. No result replaces another input. Finished results, in ``output`` or beside their photos, are no
    inputs, but for one that is given alone.

    Raises ``InputError`` for a folder without photos, and ``OutputError`` for an ``output`` that names one file where
    there are several photos, or a file of a format that is not written or not ``suffix``'s.
    """
    for path in filter(None, (*inputs, output)):
        if "\0" in str(path):
            raise InputError(f"{path} is no name that a file can have.")
    folders = [is_folder(entry) for entry in inputs]
    if output is not None and _names_file(output) and not is_folder(output):
        if folders != [False]:
            raise OutputError(
                f"{output} is the name of one file, and results of several photos need a folder: give one."
            )
        format_of(output, suffix)
        return [Output(inputs[0], output)]
    pairs: dict[str, tuple[Path, Path]] = {}  # by identity: a photo, and its name in the output folder
    for entry, folder in zip(inputs, folders, strict=True):
        found = _found(entry, output, recursive=recursive) if folder else [(entry, Path(entry.name))]
        pairs |= {_identity(photo): (photo, name) for photo, name in found}
    wanted = [
        (photo, photo if output is None else output / name)
        for photo, name in pairs.values()
        if len(pairs) == 1 or not _lies_beside_its_photo(photo)
    ]
    return _named(wanted, suffix, f".{tag}")


def _lies_beside_its_photo(path: Path) -> bool:
    """Tell whether a file is a result, by its name and by that of a photo in its folder."""
    match = _RESULT.fullmatch(path.stem)
    return bool(match) and any(exists(path.with_name(match[1] + end)) for end in ("", path.suffix, *_SUFFIXES))


def _names_file(output: Path) -> bool:
    """Tell whether a path that need not exist has the suffix of a file: "better.bmp" is no folder, "better.v2" is."""
    suffix = output.suffix.lower()
    return suffix in SUFFIXES or suffix in _PICTURES or suffix in mimetypes.types_map


def _found(folder: Path, output: Path | None, *, recursive: bool) -> list[tuple[Path, Path]]:
    """Return the photos of a folder and their paths below it, but for those in an output folder that lies inside."""
    photos = [(photo, Path(*photo.relative_to(folder).parts)) for photo in find_photos(folder, recursive=recursive)]
    if output is not None and real(folder) in real(output).parents:
        results = real(output).relative_to(real(folder))
        photos = [(photo, name) for photo, name in photos if results not in name.parents]
    return photos


def _named(wanted: list[tuple[Path, Path]], suffix: str | None, tag: str) -> list[Output]:
    """Give every result a suffix and a name of its own; names that differ in case only count as equal."""
    crowds: dict[str, list[tuple[Path, Path]]] = defaultdict(list)
    for photo, name in wanted:
        for end in _ends(name, suffix):
            crowds[_key(_with_end(name, end))].append((photo, name))

    def result(photo: Path, plain: Path) -> Path:
        return plain.with_name(plain.stem + tag + plain.suffix) if real(photo.parent) == real(plain.parent) else plain

    def keeper(plain: Path, rivals: list[tuple[Path, Path]]) -> Path:
        """Return whose name stays ``plain``: one whose result is there, or one that has this suffix already."""
        own = [name for _, name in rivals if _key(name) == _key(plain)]
        ends = [_with_end(name, _ends(name, suffix)[0]) for _, name in rivals]
        made = [
            name for (photo, name), end in zip(rivals, ends, strict=True) if is_result_of(result(photo, end), photo)
        ]
        return next(iter([name for name in own if name in made] or made or own), plain)

    used = {_key(photo) for photo, _ in wanted}
    planned = []
    for photo, name in wanted:
        end, *alpha_end = _ends(name, suffix)
        plain = _with_end(name, end)
        rivals = [rival for end in _ends(name, suffix) for rival in crowds[_key(_with_end(name, end))]]
        if len(rivals) > 1 + len(alpha_end) and name != keeper(plain, rivals):
            plain = name.with_name(name.name + end)
        target = first = result(photo, plain)
        number = 1
        while _key(target) in used:
            number += 1
            target = first.with_name(f"{first.stem}.{number}{end}")
        used.add(_key(target))
        planned.append(Output(photo, target, *(target.with_suffix(end) for end in alpha_end)))
    return planned


def is_result_of(result: Path, photo: Path) -> bool:
    """Tell whether a file is a photo's result: it has content and the photo's time, which every result gets.

    On another machine, which gives results a time of their own, it is enough that the file exists.
    """
    if not isinstance(result, Path) or not isinstance(photo, Path):
        return exists(result)
    with suppress(OSError):
        found = result.stat()
        same_time = abs(found.st_mtime_ns - photo.stat().st_mtime_ns) <= _COARSEST_TIME
        return stat.S_ISREG(found.st_mode) and found.st_size > 0 and same_time
    return False


def _key(path: Path) -> str:
    """Return what tells a file from others however its folder is spelled, on disks that ignore case, too."""
    return str(real(path.parent) / path.name).lower()


def _identity(photo: Path) -> str:
    """Return what tells photos apart: names that differ in case alone are one photo where the disk ignores case."""
    if not isinstance(photo, Path):
        return str(photo)
    with suppress(OSError):
        return f"{_key(photo)} {photo.stat().st_ino}"
    return _key(photo)


def _ends(name: Path, suffix: str | None) -> list[str]:
    """Return the suffix of a result, and the other one, if there is one, that it gets if the photo has alpha."""
    given = SUFFIXES.get(name.suffix.lower())
    if suffix is not None:
        return [name.suffix if given == SUFFIXES[suffix] else suffix]
    if given and given.save:
        return [name.suffix]
    return [result_format(given and given.name, alpha=alpha).suffixes[0] for alpha in (False, True)]


def _with_end(name: Path, end: str) -> Path:
    """Return a name with another suffix; what is no suffix of a photo belongs to the name."""
    return name.with_suffix(end) if name.suffix.lower() in SUFFIXES else name.with_name(name.name + end)
