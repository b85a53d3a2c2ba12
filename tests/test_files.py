import errno
import os
import stat
import struct
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from ppcn import files
from ppcn.errors import InputError, OutputError
from ppcn.files import atomic_write, walk


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_writes_whole_files_and_makes_folders(tmp_path: Path):
    atomic_write(tmp_path / "a" / "b" / "c.jpg", b"data")
    assert (tmp_path / "a" / "b" / "c.jpg").read_bytes() == b"data"
    assert names(tmp_path) == ["a", "a/b", "a/b/c.jpg"]


@pytest.fixture
def shared_folder(tmp_path: Path) -> Path:
    """A folder whose files belong to its group, and which a group of people may read by its access control list."""
    folder = tmp_path / "shared"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, -1, 1234)
    folder.chmod(0o2775)
    acl = b"\2\0\0\0" + b"".join(
        struct.pack("<HHI", tag, rights, number)
        for tag, rights, number in ((1, 7, _NOBODY), (4, 5, _NOBODY), (8, 6, 4321), (16, 7, _NOBODY), (32, 0, _NOBODY))
    )
    try:
        os.setxattr(folder, "system.posix_acl_default", acl)
    except (OSError, AttributeError) as error:
        pytest.skip(f"needs access control lists ({error})")
    return folder


_NOBODY = 0xFFFFFFFF


def facts(path: Path) -> tuple[object, ...]:
    """Return who may do what with a file."""
    state = path.stat()
    rights = os.getxattr(path, _ACL) if _ACL in os.listxattr(path) else b""
    return stat.S_IMODE(state.st_mode), state.st_gid, rights


_ACL = "system.posix_acl_access"


def test_permissions_are_those_that_the_system_gives_new_files(shared_folder: Path):
    atomic_write(shared_folder / "a.jpg", b"data")
    (shared_folder / "b.jpg").touch()
    assert facts(shared_folder / "a.jpg") == facts(shared_folder / "b.jpg")
    assert facts(shared_folder / "a.jpg")[0] == 0o660


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o027, 0o077])
def test_permissions_follow_the_umask_of_the_moment(tmp_path: Path, umask: int):
    """In a process of its own, since there is one umask for all threads."""
    code = f"import os; from ppcn.files import *; os.umask({umask}); atomic_write(Path('a.jpg'), b'data')"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    assert stat.S_IMODE((tmp_path / "a.jpg").stat().st_mode) == 0o666 & ~umask


def test_the_umask_is_never_touched(tmp_path: Path):
    """What other threads create meanwhile would be too private, or not private enough."""
    code = (
        "import os\n"
        "def umask(_): raise AssertionError\n"
        "os.umask = umask\n"
        "from ppcn.files import *; atomic_write(Path('a.jpg'), b'data')"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)


def test_files_of_other_threads_get_their_own_permissions(tmp_path: Path):
    modes, done = set(), threading.Event()

    def create() -> None:
        number = 0
        while not done.is_set() or not number:
            theirs = tmp_path / f"theirs.{number}"
            theirs.touch()
            modes.add(theirs.stat().st_mode)
            number += 1

    thread = threading.Thread(target=create)
    thread.start()
    for number in range(200):
        atomic_write(tmp_path / f"ours.{number}", b"data")
        modes.add((tmp_path / f"ours.{number}").stat().st_mode)
    done.set()
    thread.join()
    assert len(modes) == 1


def test_never_over_a_file_unless_told(tmp_path: Path):
    target = tmp_path / "a.jpg"
    atomic_write(target, b"one")
    with pytest.raises(OutputError, match=r"exists already.*--overwrite"):
        atomic_write(target, b"two")
    assert target.read_bytes() == b"one"
    atomic_write(target, b"two", overwrite=True)
    assert target.read_bytes() == b"two"
    assert names(tmp_path) == ["a.jpg"]


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_of_many_writers_one_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool):
    if not links:
        monkeypatch.setattr(os, "link", _fail(OSError(errno.EPERM, "no links here")))
    target, won, lost = tmp_path / "a.jpg", [], []
    start = threading.Barrier(8)

    def write(number: int) -> None:
        start.wait()
        try:
            atomic_write(target, bytes([number]) * 1000)
            won.append(number)
        except OutputError:
            lost.append(number)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 7)
    assert target.read_bytes() == bytes(won) * 1000
    assert names(tmp_path) == ["a.jpg"]


def test_a_file_that_comes_into_being_meanwhile_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = tmp_path / "a.jpg"
    monkeypatch.setattr(os, "fsync", lambda _: target.write_bytes(b"theirs"))
    with pytest.raises(OutputError, match="exists already"):
        atomic_write(target, b"ours")
    assert target.read_bytes() == b"theirs"
    assert names(tmp_path) == ["a.jpg"]


def _fail(error: BaseException) -> Any:
    def raise_it(*_: object, **__: object) -> None:
        raise error

    return raise_it


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "permission denied"),
        (OSError(errno.EIO, "Input/output error"), "input/output error"),
    ],
)
@pytest.mark.parametrize("step", ["fsync", "link"])
def test_failures_are_one_sentence_and_leave_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: OSError, words: str
):
    monkeypatch.setattr(os, step, _fail(error))
    with pytest.raises(OutputError, match=words) as caught:
        atomic_write(tmp_path / "a.jpg", b"data")
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == []


@pytest.mark.parametrize("step", ["fsync", "link"])
def test_ctrl_c_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str):
    monkeypatch.setattr(os, step, _fail(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        atomic_write(tmp_path / "a.jpg", b"data")
    assert names(tmp_path) == []


def test_ctrl_c_while_claiming_a_name_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(os, "link", _fail(OSError(errno.EPERM, "no links here")))
    monkeypatch.setattr(Path, "replace", _fail(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        atomic_write(tmp_path / "a.jpg", b"data")
    assert names(tmp_path) == []


def test_impossible_places(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="not a folder"):
        atomic_write(tmp_path / "file" / "a.jpg", b"")
    with pytest.raises(OutputError, match="not a folder"):
        atomic_write(tmp_path / "file" / "b" / "a.jpg", b"")
    with pytest.raises(OutputError, match="it is a folder"):
        atomic_write(tmp_path, b"", overwrite=True)
    with pytest.raises(OutputError, match="too long"):
        atomic_write(tmp_path / ("a" * 300), b"")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_without_permission(tmp_path: Path):
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="permission denied"):
        atomic_write(tmp_path / "a.jpg", b"")
    tmp_path.chmod(0o700)


def test_walks_past_what_is_hidden(tmp_path: Path):
    for name in ("b.JPG", ".hidden.jpg", ".thumbs/x.jpg", "sub/z.tif", files.TEMPORARY + "1.tmp"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert list(walk(tmp_path)) == [tmp_path / "b.JPG"]
    assert set(walk(tmp_path, recursive=True)) == {tmp_path / "b.JPG", tmp_path / "sub" / "z.tif"}
    with pytest.raises(InputError, match="cannot be read"):
        list(walk(tmp_path / "missing"))


def test_links_do_not_lead_round_in_circles(tmp_path: Path):
    (tmp_path / "a.jpg").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(walk(tmp_path, recursive=True)) == [tmp_path / "a.jpg"]
