"""Files and folders: atomic writes, SHA-256, walking folders, and places on other machines."""

import contextlib
import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ppcn.errors import InputError, MissingExtraError, OutputError, PpcnError

try:
    import fcntl
except ImportError:  # Windows, where a file that is open cannot be removed anyway
    fcntl = None

OVERWRITE = "remove it, or allow overwriting with --overwrite (in Python: overwrite=True)"
TEMPORARY = ".ppcn-"  # how the names of temporary files begin: hidden, so that walks pass them by

# Folders that systems and network drives make for themselves, in small letters: thumbnails, what was deleted.
_OF_SYSTEMS = ("@", "#recycle", "#snapshot", "$recycle.bin", "__macosx", "system volume information", "lost+found")
_NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_BINARY", 0)
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
    if not name:
        raise InputError("An empty name is no photo or folder: give one, or . for this folder.")
    name = name.removeprefix("file://")
    if "://" not in name:
        return Path(name)
    try:
        from upath import UPath

        remote: Any = UPath(name)
        remote.fs  # noqa: B018 (looks for the library that speaks the protocol)
    except ImportError as error:
        raise MissingExtraError(f"{name} is out of reach ({error}): install 'ppcn[cluster]' and that.") from error
    except (ValueError, OSError) as error:
        raise InputError(f"{name} is no place that can be reached ({error}).") from error
    return remote


def real(path: Path) -> Path:
    """Return a path as the system knows it, without links and ".."; a place on another machine stays as it is."""
    return Path(os.path.realpath(path)) if isinstance(path, Path) else path


@contextlib.contextmanager
def reaching(path: Path) -> Iterator[None]:
    """Raise ``OSError`` for what the library that reaches another machine raises: each has errors of its own."""
    try:
        yield
    except (OSError, PpcnError):
        raise
    except Exception as error:
        if isinstance(path, Path):
            raise
        raise OSError(str(error) or "that place does not allow it") from error


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder. Raises ``InputError`` for one on a machine that cannot be reached."""
    try:
        with reaching(path):
            return path.is_dir()
    except OSError as error:
        if isinstance(path, Path):  # its name is too long for a disk, for example
            return False
        raise InputError(f"{path} cannot be reached ({error}): check the address.") from error


def exists(path: Path) -> bool:
    """Tell whether a file exists; one that cannot be looked for does not."""
    with contextlib.suppress(OSError), reaching(path):
        return path.exists()
    return False


def atomic_write(path: Path, data: bytes, *, overwrite: bool = False, like: Path | None = None) -> None:
    """Write a file whole or not at all: to a temporary file beside it, to the disk, then under its name.

    With ``like``, a file that it is made from, it gets that file's time, and lets nobody read it who may not read that.

    Folders are made where they are missing; until it has its name, nobody else may read the file. Raises
    ``OutputError`` if the file exists and ``overwrite`` is False (also if it came into being meanwhile), for missing
    permission and for a full disk. No failure leaves anything behind; what a killed process leaves is for
    :func:`remove_leftovers`.
    """
    try:
        if path.is_dir():
            raise OutputError(f"Cannot write {path}: it is a folder.")
        if not overwrite and is_taken(path):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        with reaching(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(path, Path):
                _write(path, data, overwrite, like)
            else:
                _upload(path, data)
    except FileExistsError as error:
        if is_taken(path):
            raise OutputError(f"{path} exists already: {OVERWRITE}.") from error
        raise OutputError(f"Cannot write {path}: {_REASONS[errno.EEXIST]}.") from error
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, (error.strerror or str(error)).lower())
        raise OutputError(f"Cannot write {path}: {reason}.") from error


def is_taken(path: Path) -> bool:
    """Tell whether something has that name, be it a link to nothing; what cannot be looked for has none."""
    if isinstance(path, Path):
        return os.path.lexists(path)
    return exists(path)


def _write(path: Path, data: bytes, overwrite: bool, like: Path | None) -> None:
    state = like.stat() if isinstance(like, Path) and exists(like) else None
    with _temporary(path.parent) as (temporary, file):
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
        mode = _default_mode(path.parent)
        if state:
            os.utime(temporary, ns=(state.st_atime_ns, state.st_mtime_ns))
            mode &= state.st_mode | stat.S_IRUSR | stat.S_IWUSR
            if temporary.stat().st_gid != state.st_gid:  # a group that may not read the photo, perhaps
                mode &= ~stat.S_IRWXG | (state.st_mode & stat.S_IRWXO) << 3
        temporary.chmod(mode)
        if fcntl is None:
            file.close()
        if overwrite:
            temporary.replace(path)
        else:
            _publish(temporary, path)
    _sync_folder(path.parent)


def _default_mode(folder: Path) -> int:
    """Return the permissions that ``open`` gives a new file in a folder, as those of an empty one that is made for it.

    Only the system knows them. The umask cannot be asked for without being changed, for all threads at once, and a
    folder may have a default access control list in its place. ``chmod`` to these permissions then makes all entries
    effective that the file has inherited.
    """
    with _temporary(folder, 0o666) as (_, file):
        return stat.S_IMODE(os.fstat(file.fileno()).st_mode)


def _upload(path: Path, data: bytes) -> None:
    """Write to another machine. Of two writers of the same name the last one stays: their bytes are the same."""
    temporary = path.with_name(f"{TEMPORARY}{os.urandom(8).hex()}.tmp")
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
def _temporary(folder: Path, mode: int = 0o600) -> Iterator[tuple[Path, BinaryIO]]:
    """Open a new file, which nobody else may read unless ``mode`` says so, locked while it is open, gone afterwards."""
    path = folder / f"{TEMPORARY}{os.urandom(8).hex()}.tmp"
    try:
        with os.fdopen(os.open(path, _NEW, mode), "wb") as file:
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


def walk(folder: Path, *, recursive: bool = False) -> Iterator[Path]:
    """Yield the files in a folder, in no order.

    Hidden files and folders are passed by, folders that systems make for themselves, and links to folders. Raises
    ``InputError`` if a folder cannot be read.
    """
    try:
        with reaching(folder):
            entries = list(folder.iterdir())
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if not is_folder(entry):
            yield entry
        elif recursive and not entry.is_symlink() and not entry.name.lower().startswith(_OF_SYSTEMS):
            yield from walk(entry, recursive=True)  # links may lead round in circles
