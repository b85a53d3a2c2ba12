"""Places that cannot be written or read, and names that nobody expects."""

import errno
import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from scenes import COMMAND, Scene, ended, picture, until


@contextmanager
def disk(folder: Path, options: str) -> Iterator[None]:
    """Mount a small disk of memory."""
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a disk")
    try:
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_full_disk(scene: Scene):
    for number in range(8):
        scene.add(f"{number}.png", picture(number, (200, 160)))
    with disk(scene.results, "size=64k"):
        one = ("--workers", 1)  # several might leave each other no room for even a first result
        scene.run(*one).says("the disk is full; make room", "Stopped after", status=1, sentences=2)
        made = scene.names()
        assert 0 < len(made) < 8
        subprocess.run(["mount", "-o", "remount,size=1m", scene.results], check=True)
        assert f"{len(made)} skipped" in scene.run().err
        assert len(scene.names()) == 8
        scene.check()


def test_disk_that_can_only_be_read(scene: Scene):
    scene.add("a.png", picture())
    with disk(scene.results, "ro"):
        scene.run().says("results/a.png", "the disk can only be read; choose another folder", status=2)


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_folder_without_permission(scene: Scene):
    scene.add("a.png", picture())
    scene.results.mkdir(mode=0o500)
    scene.run().says("results/a.png", "permission denied; choose another folder", status=2)


def test_a_result_that_is_too_large_stops_no_other(scene: Scene):
    scene.add("a.png", picture(0, (900, 700)))
    scene.add("b.png", picture(1))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    scene.run(preexec_fn=limit, env=unmeasured).says(
        "results/a.png", "larger than this disk or `ulimit -f` allows", status=1
    )
    assert scene.names() == ["b.png"]


def test_standard_output_that_is_full(scene: Scene):
    photo = scene.add("a.png", picture())
    with Path("/dev/full").open("wb") as full:
        process = subprocess.Popen(
            [*COMMAND, "enhance", photo, "-o", "-"], stdout=full, stderr=subprocess.PIPE, text=True
        )
        ended(process).says("Standard output cannot be written: no space left on device", status=2)


def test_report_that_cannot_be_written(scene: Scene, run: Callable):
    photo = scene.add("a.png", picture())
    run("enhance", photo, "-o", scene.results / "a.png", "--report", photo / "report.json").refused("not a folder")
    assert scene.names() == ["a.png"]


def test_photos_that_vanish(scene: Scene):
    for number in range(8):
        scene.add(f"{number}.png", picture(number, (400, 300)))
    process = scene.start("--workers", 1)
    until(scene.names)
    (scene.photos / "7.png").unlink()
    ended(process).says("photos/7.png does not exist; check the name", status=1)
    assert scene.names() == [f"{number}.png" for number in range(7)]


def test_links_that_lead_nowhere_or_round_in_circles(scene: Scene):
    scene.add("a.png", picture())
    (scene.photos / "folder").symlink_to(scene.photos)
    (scene.photos / "itself.png").symlink_to("itself.png")
    (scene.photos / "nowhere.png").symlink_to("nothing.png")
    scene.run("--recursive").says(
        "itself.png cannot be read: too many levels of symbolic links",
        "nowhere.png does not exist",
        status=1,
        sentences=2,
    )
    assert scene.names() == ["a.png"]


def test_a_link_among_the_results_is_replaced_and_not_followed(scene: Scene, run: Callable):
    photo = scene.add("a.png", picture())
    scene.results.mkdir()
    link = scene.results / "a.png"
    link.symlink_to(photo)
    run("enhance", photo, "-o", link).refused("exists already")
    assert run("enhance", photo, "-o", link, "--overwrite").status == 0
    assert not link.is_symlink()


def test_names_that_nobody_expects(scene: Scene):
    words = (b"two\nlines", b"\xff\xfe", b"\x1b[31mred", "ſüß 照片".encode(), b"-o", b" ", b"%s")
    names = [word + b".png" for word in words]
    for seed, name in enumerate(names):
        scene.add(name, picture(seed))
    scene.add(b"bad\n\x1b[2J\xff.png", b"just words")
    ran = scene.run("--report", "report.json", "-v")
    ran.says(r"photos/bad\n\x1b[2J\udcff.png is a text file", status=1)
    assert "\x1b" not in ran.err
    assert scene.names() == sorted(map(os.fsdecode, names))
    assert os.fsencode(scene.report()["failures"][0]["photo"]) == b"photos/bad\n\x1b[2J\xff.png"


def test_an_original_that_is_asked_to_be_replaced_is_replaced_whole(scene: Scene, run: Callable):
    photo = scene.add("a.png", picture())
    run("enhance", photo, "-o", photo).refused("exists already")
    assert run("enhance", photo, "-o", photo, "--overwrite").status == 0
    assert Image.open(photo).size == (40, 30)
    scene.originals.clear()


def test_names_that_leave_no_room_for_a_longer_one(scene: Scene, run: Callable):
    """A result beside its photo has a longer name, which a disk may refuse."""
    for name in ("a.png", "b" * 246 + ".png", "c" * 251 + ".png", "z.png"):
        scene.add(name, picture())
    ran = run("enhance", scene.photos)
    assert ran.status == 1
    assert ran.err.count("its name is too long; choose a shorter one") == 2
    assert {"a.enhanced.png", "z.enhanced.png"} <= {path.name for path in scene.photos.iterdir()}
    run("enhance", scene.photos / ("d" * 300 + ".png")).refused("dddd", "cannot be read: file name too long")
    assert scene.run().status == 0
    assert len(scene.names()) == 4  # finished results are no photos


def test_no_process_can_be_started(scene: Scene, run: Callable, monkeypatch: pytest.MonkeyPatch):
    def popen(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    scene.add("a.png", picture())
    scene.add("b.png", picture())
    monkeypatch.setattr("ppcn.runtime.batch.worker.subprocess.Popen", popen)
    ran = run("enhance", scene.photos, "-o", scene.results, "--workers", 1)
    ran.refused("No process can be started", "Resource temporarily unavailable")


def test_a_private_photo_has_a_private_result_of_its_time(scene: Scene, run: Callable):
    before = os.umask(0o022)
    try:
        for mode, wanted in ((0o600, 0o600), (0o640, 0o640), (0o666, 0o644), (0o400, 0o600), (0o755, 0o644)):
            photo = scene.add(f"{mode:o}.png", picture())
            photo.chmod(mode)
            os.utime(photo, ns=(10**18, 10**18 + 123456789))
            for more in ((), ("--overwrite",)):
                assert run("enhance", photo, *more).status == 0
            state = photo.with_suffix(".enhanced.png").stat()
            assert (state.st_mode & 0o777, state.st_mtime_ns) == (wanted, 10**18 + 123456789)
    finally:
        os.umask(before)


def test_a_report_replaces_no_photo_and_no_result(scene: Scene):
    for name in ("a.png", "b.png"):
        scene.add(name, picture())
    for place in ("photos/b.png", "results/a.png", "photos"):
        scene.run("--report", place).says("Cannot write the report to", status=2)
        assert not scene.results.exists()
    (scene.folder / "report.json").write_text("notes")
    scene.run("--report", "report.json").says("no earlier report", status=2)
    (scene.folder / "report.json").unlink()
    for done in (2, 0):
        assert scene.run("--report", "report.json").status == 0
        assert scene.report()["done"] == done


def test_what_has_a_results_name_and_is_none_fails_alone(scene: Scene):
    for name in ("a.png", "b.png", "c.png", "d.png", "e.png"):
        scene.add(name, picture())
    scene.results.mkdir()
    (scene.results / "a.png").symlink_to("nowhere")
    (scene.results / "b.png").mkdir()
    (scene.results / "c.png").touch()
    (scene.results / "d.png").write_bytes(picture(1))
    os.utime(scene.results / "d.png", (0, 0))
    scene.run().says("exists already", "is no result of", status=1, sentences=4)
    assert (scene.results / "e.png").is_file()
    for name in ("a.png", "c.png"):
        (scene.results / name).unlink()  # no results


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only the administrator gives files away")
def test_a_result_of_another_group_is_not_for_that_group(scene: Scene):
    photo = scene.add("a.png", picture())
    os.chown(photo, -1, 1001)
    photo.chmod(0o640)
    scene.results.mkdir()
    os.chown(scene.results, -1, 1002)
    scene.results.chmod(0o2775)
    assert scene.run().status == 0
    assert (scene.results / "a.png").stat().st_mode & 0o077 == 0


def test_an_empty_name_is_refused(scene: Scene, run: Callable):
    scene.add("a.png", picture())
    for arguments in (("",), ("photos", "-o", "")):
        ran = run("enhance", *arguments)
        assert ran.status == 2
        assert "An empty name" in ran.err
