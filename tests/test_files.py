import errno
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from ppcn import files
from ppcn.errors import InputError, OutputError
from ppcn.files import atomic_write, find_photos, plan


def names(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_writes_whole_files_and_makes_folders(tmp_path: Path):
    atomic_write(tmp_path / "a" / "b" / "c.jpg", b"data")
    assert (tmp_path / "a" / "b" / "c.jpg").read_bytes() == b"data"
    assert names(tmp_path) == ["a", "a/b", "a/b/c.jpg"]
    assert stat.S_IMODE((tmp_path / "a/b/c.jpg").stat().st_mode) == 0o666 & ~_umask()


def _umask() -> int:
    old = os.umask(0)
    os.umask(old)
    return old


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


def make(folder: Path, *paths: str) -> Path:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).touch()
    return folder


def test_finds_photos_in_order(tmp_path: Path):
    make(
        tmp_path,
        "b.JPG",
        "a.heic",
        "c.txt",
        ".hidden.jpg",
        ".thumbs/x.jpg",
        "sub/z.tif",
        files.TEMPORARY + "1.tmp",
        "d.Jpeg",
    )
    assert [path.name for path in find_photos(tmp_path)] == ["a.heic", "b.JPG", "d.Jpeg"]
    assert find_photos(tmp_path, recursive=True)[-1] == tmp_path / "sub" / "z.tif"
    with pytest.raises(InputError, match="without photos"):
        find_photos(make(tmp_path / "none", "readme.txt"))
    with pytest.raises(InputError, match="cannot be read"):
        find_photos(tmp_path / "missing")


def test_links_do_not_lead_round_in_circles(tmp_path: Path):
    make(tmp_path, "a.jpg")
    (tmp_path / "loop").symlink_to(tmp_path)
    assert find_photos(tmp_path, recursive=True) == [tmp_path / "a.jpg"]


def targets(inputs: list[str], output: str | None = None, **how: Any) -> list[str]:
    """Plan for files that need not exist."""
    return [str(task.target) for task in plan([Path(name) for name in inputs], Path(output) if output else None, **how)]


def test_names_beside_the_input():
    assert targets(["x/a.jpg"]) == ["x/a.enhanced.jpg"]
    assert targets(["a.JPG", "b.HEIC", "c.gif", "d.tiff", "noname"]) == [
        "a.enhanced.JPG", "b.enhanced.jpg", "c.enhanced.jpg", "d.enhanced.tiff", "noname.enhanced.jpg",
    ]  # fmt: skip
    assert targets(["a.v2.png"], suffix=".jpg", tag="upscaled") == ["a.v2.upscaled.jpg"]


def test_output_is_a_file_or_a_folder():
    assert targets(["a.jpg"], "b.png") == ["b.png"]
    assert targets(["a.jpg"], "b") == ["b/a.jpg"]
    assert targets(["a.jpg", "c.jpg"], "b.png") == ["b.png/a.jpg", "b.png/c.jpg"]


def test_names_in_a_folder(tmp_path: Path):
    make(tmp_path, "a.jpg", "a.heic", "b.heic", "c.png", "sub/a.jpg")
    out = tmp_path.parent / "out"
    tasks = plan([tmp_path], out, recursive=True)
    assert {str(t.source.relative_to(tmp_path)): str(t.target.relative_to(out)) for t in tasks} == {
        "a.jpg": "a.jpg", "a.heic": "a.heic.jpg", "b.heic": "b.jpg", "c.png": "c.png", "sub/a.jpg": "sub/a.jpg",
    }  # fmt: skip
    assert targets([str(tmp_path)], "out", suffix=".jpg") == ["out/a.heic.jpg", "out/a.jpg", "out/b.jpg", "out/c.jpg"]


def test_collisions():
    assert targets(["a.heic", "a.gif"], "out") == ["out/a.heic.jpg", "out/a.gif.jpg"]
    assert targets(["a.heic", "a.png"], "out") == ["out/a.heic.jpg", "out/a.png"]  # the HEIC may have alpha
    assert targets(["a.heic", "A.JPG"], "out") == ["out/a.heic.jpg", "out/A.JPG"]  # some disks ignore case
    assert targets(["x/a.jpg", "y/a.jpg"], "out") == ["out/a.jpg", "out/a.2.jpg"]
    assert targets(["a.png", "a.jpeg", "a.jpg"], "out", suffix=".jpg") == ["out/a.png.jpg", "out/a.jpeg", "out/a.jpg"]
    assert len(set(targets(["a.heic", "a.heic.jpg", "a.jpg"], "out"))) == 3


def test_alpha_makes_png_of_heic_and_gif_alone():
    heic, png = plan([Path("a.heic"), Path("b.jpg")], Path("out"))
    assert heic.for_alpha().target == Path("out/a.png")
    assert png.for_alpha() == png
    (asked,) = plan([Path("a.heic")], Path("out"), suffix=".jpg")
    assert asked.for_alpha().target == Path("out/a.jpg")


def test_results_are_no_inputs(tmp_path: Path):
    make(tmp_path, "a.jpg", "a.enhanced.jpg", "b.heic", "b.enhanced.png", "out/a.jpg")
    assert [task.source.name for task in plan([tmp_path])] == ["a.jpg", "b.heic"]
    tasks = plan([tmp_path], tmp_path / "out", recursive=True)
    assert tmp_path / "out" / "a.jpg" not in [task.source for task in tasks]
