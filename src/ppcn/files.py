"""Files and folders: whole writes or none, fingerprints, finding photos, and the names of outputs."""

import contextlib
import errno
import hashlib
import os
import secrets
import stat
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from ppcn.errors import InputError, MissingExtraError, OutputError

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed anyway
    fcntl = None

FORMATS = {  # suffix -> format
    ".jpg": "jpeg", ".jpeg": "jpeg", ".png": "png", ".webp": "webp", ".tif": "tiff", ".tiff": "tiff", ".heic": "heic",
    ".heif": "heic", ".avif": "avif", ".gif": "gif",
}  # fmt: skip
READ_ONLY = (
    "heic",
    "gif",
)  # formats that are read and not written: their photos become JPEG, or PNG if they have alpha
TEMPORARY = ".ppcn-"  # how the names of temporary files begin: hidden, so that walks pass them by

_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
_UMASK = os.umask(0o077)  # there is no asking without setting; for that moment, files are too private at worst
os.umask(_UMASK)
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV)
_REASONS = {
    errno.EACCES: "permission denied; choose another folder",
    errno.EPERM: "permission denied; choose another folder",
    errno.EROFS: "the disk can only be read; choose another folder",
    errno.ENOSPC: "the disk is full; make room or choose another one",
    errno.EDQUOT: "the disk quota is used up; make room or choose another disk",
    errno.EFBIG: "it is larger than this disk or `ulimit -f` allows; choose another format or disk",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EEXIST: "a part of its path is a file, not a folder",
    errno.EISDIR: "it is a folder",
}


def place(name: str) -> Path:
    """Return a path; for the URL of another machine (``s3://bucket/photos``) what acts like one (universal_pathlib).

    Raises ``MissingExtraError`` where what reaches such places is not installed, and ``InputError`` where nothing does.
    """
    name = name.removeprefix("file://")
    if "://" not in name:
        return Path(name)
    try:
        from upath import UPath

        remote: Any = UPath(name)
        remote.fs  # noqa: B018 (looks for the library that speaks the protocol)
    except ImportError as error:
        raise MissingExtraError(f"{name} is out of reach ({error}): install 'ppcn[cluster]' and that.") from error
    except ValueError as error:
        raise InputError(f"{name} is no place that can be reached ({error}).") from error
    return remote


def atomic_write(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write a file whole or not at all: to a temporary file beside it, to the disk, then under its name.

    Folders are made where they are missing; until it has its name, nobody else may read the file. Raises
    ``OutputError`` if the file exists and ``overwrite`` is False (also if it came into being meanwhile), for missing
    permission and for a full disk. No failure leaves anything behind; what a killed process leaves is for
    :func:`remove_leftovers`.
    """
    try:
        if path.is_dir():
            raise OutputError(f"Cannot write {path}: it is a folder.")
        if not overwrite and _taken(path):
            raise FileExistsError
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(path, Path):
            _write(path, data, overwrite)
        else:
            _upload(path, data)
    except FileExistsError as error:
        if _taken(path):
            raise OutputError(f"{path} exists already: remove it, or allow overwriting with --overwrite.") from error
        raise OutputError(f"Cannot write {path}: {_REASONS[errno.EEXIST]}.") from error
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())
        raise OutputError(f"Cannot write {path}: {reason}.") from error


def _taken(path: Path) -> bool:
    """Tell whether something has that name, be it a link to nothing."""
    return path.is_symlink() or path.exists()


def _write(path: Path, data: bytes, overwrite: bool) -> None:
    with _temporary(path.parent) as (temporary, file):
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        temporary.chmod(0o666 & ~_UMASK)
        if fcntl is None:
            file.close()
        if overwrite:
            temporary.replace(path)
        else:
            _publish(temporary, path)
    _sync_folder(path.parent)


def _upload(path: Path, data: bytes) -> None:
    """Write to another machine. Of two writers of the same name the last one stays: their bytes are the same."""
    temporary = path.with_name(f"{TEMPORARY}{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)


def remove_leftovers(targets: Iterable[Path]) -> None:
    """Remove, beside these files, the temporary ones of killed writers; those that live hold a lock on theirs."""
    for folder in {target.parent for target in targets if isinstance(target, Path)}:
        for path in folder.glob(f"{TEMPORARY}*.tmp"):
            with contextlib.suppress(OSError):
                state = path.lstat()
                new = state.st_size == 0 and time.time() - state.st_mtime < 60  # its writer may not have locked it yet
                if stat.S_ISREG(state.st_mode) and not new:
                    with path.open("rb") as file:
                        _lock(file)
                        path.unlink()


@contextlib.contextmanager
def _temporary(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a new file that nobody else may read, locked while it is open, and gone afterwards."""
    path = folder / f"{TEMPORARY}{secrets.token_hex(8)}.tmp"
    try:
        with os.fdopen(os.open(path, _NEW, 0o600), "wb") as file:
            with contextlib.suppress(OSError):  # some network drives have no locks: nothing is removed there
                _lock(file)
            yield path, file
    finally:
        path.unlink(missing_ok=True)


def _lock(file: BinaryIO) -> None:
    """Lock a file for as long as it is open; raises ``OSError`` where another process has locked it."""
    if fcntl:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's content in hexadecimal; raises ``InputError`` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror or error}.") from error


def _publish(temporary: Path, path: Path) -> None:
    """Give a file its name unless something has that name. Raises ``FileExistsError``."""
    try:
        os.link(temporary, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A file system without hard links (FAT, some network drives): claim the name, then replace our own empty file.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        try:
            temporary.replace(path)
        except BaseException:
            path.unlink()
            raise


def _sync_folder(folder: Path) -> None:
    """Have the new name itself reach the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def find_photos(folder: Path, *, recursive: bool = False) -> list[Path]:
    """Return the photos in a folder, by their suffix, sorted; hidden files and folders are passed by.

    Raises ``InputError`` if there are none, or if the folder cannot be read.
    """
    photos = sorted(_walk(folder, recursive))
    if not photos:
        deeper = "" if recursive else "; look into its folders with --recursive"
        raise InputError(f"{folder} is a folder without photos ({', '.join(FORMATS)}){deeper}.")
    return photos


def _walk(folder: Path, recursive: bool) -> Iterator[Path]:
    try:
        entries = list(folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if recursive and not entry.is_symlink():  # links may lead round in circles
                yield from _walk(entry, recursive)
        elif entry.suffix.lower() in FORMATS:
            yield entry


@dataclass(frozen=True)
class Task:
    """One photo and the file that its result goes to; ``alpha_target`` is another one in case the photo has alpha."""

    source: Path
    target: Path
    alpha_target: Path | None = None

    def for_alpha(self) -> "Task":
        """Return the task for a photo with alpha: what a HEIC or GIF file becomes is then a PNG, not a JPEG."""
        return replace(self, target=self.alpha_target or self.target)


def plan(
    inputs: Sequence[Path],
    output: Path | None = None,
    *,
    recursive: bool = False,
    suffix: str | None = None,
    tag: str = "enhanced",
) -> list[Task]:
    """Return what to read and where to write, for photos and folders of photos.

    Without ``output`` a result lies beside its photo as NAME.tag.EXT. ``output`` is a file if there is one input, a
    file too, and it has the suffix of a photo; else a folder, in which names (and folders below an input folder) stay.
    ``suffix`` (such as ".png") asks for a format; without it the photo's own stays, except that HEIC and GIF become
    ".jpg". Photos whose results would have the same name get ``a.heic.jpg``. Finished results are no inputs.

    Raises ``InputError`` for a folder without photos.
    """
    if (
        output is not None
        and len(inputs) == 1
        and not inputs[0].is_dir()
        and output.suffix.lower() in FORMATS
        and not output.is_dir()
    ):
        return [Task(inputs[0], output)]
    pairs: list[tuple[Path, Path]] = []  # photo, and its name inside the output folder
    for entry in inputs:
        if entry.is_dir():
            photos = find_photos(entry, recursive=recursive)
            pairs += [(photo, Path(*photo.relative_to(entry).parts)) for photo in photos]
        else:
            pairs.append((entry, Path(entry.name)))
    if output is None:
        tasks = _named([(photo, photo) for photo, _ in pairs], suffix, f".{tag}")
    else:
        tasks = _named([(photo, output / name) for photo, name in pairs if output not in photo.parents], suffix, "")
    results = {task.target for task in tasks} | {task.alpha_target for task in tasks}
    return [task for task in tasks if task.source not in results or task.source == task.target]


def _named(wanted: list[tuple[Path, Path]], suffix: str | None, tag: str) -> list[Task]:
    """Give every result a suffix and a name of its own; names that differ in case only count as equal."""
    taken = Counter(key for _, name in wanted for key in _claims(name, suffix))
    used: set[str] = set()
    tasks = []
    for photo, name in wanted:
        end, alpha_end = _ends(name, suffix)
        target = _with_end(name, end)
        if target != name and any(taken[key] > 1 for key in _claims(name, suffix)):
            target = name.with_name(name.name + end)
        stem = target.stem + tag
        target, number = target.with_name(stem + end), 1
        while str(target).lower() in used:
            number += 1
            target = target.with_name(f"{stem}.{number}{end}")
        used.add(str(target).lower())
        tasks.append(Task(photo, target, target.with_suffix(alpha_end) if alpha_end else None))
    return tasks


def _ends(name: Path, suffix: str | None) -> tuple[str, str | None]:
    """Return the suffix of a result, and the other one that it gets if the photo has alpha."""
    own = FORMATS.get(name.suffix.lower())
    if suffix is None:
        if own in READ_ONLY:
            return ".jpg", ".png"
        return (".jpg" if own is None else name.suffix), None
    return (name.suffix if own == FORMATS[suffix] else suffix), None


def _with_end(name: Path, end: str) -> Path:
    """Return a name with another suffix; what is no suffix of a photo belongs to the name."""
    return name.with_suffix(end) if name.suffix.lower() in FORMATS else name.with_name(name.name + end)


def _claims(name: Path, suffix: str | None) -> set[str]:
    """Return the names, in small letters, that a result may take."""
    return {str(_with_end(name, end)).lower() for end in _ends(name, suffix) if end}
