import io
import json
import os
import shlex
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from ppcn.registry import DEFAULT_ENHANCER

COMMAND = [sys.executable, "-c", "from ppcn.cli import main; main()"]


def tree(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_enhances_beside_the_photo(run, save, tmp_path):
    photo = save(tmp_path / "a.jpg")
    ran = run("enhance", photo)
    assert ran.status == 0
    assert tree(tmp_path) == {"a.jpg", "a.enhanced.jpg"}
    assert ran.out == ""
    assert f"{DEFAULT_ENHANCER} on cpu" in ran.err
    run("enhance", photo).refused("a.enhanced.jpg", "--overwrite")
    assert run("enhance", photo, "--overwrite", "-q").err == ""


def test_folder_keeps_its_tree_skips_what_is_done_and_survives_failures(run, save, tmp_path):
    for name in ("a.jpg", "b/a.png", "b/c/d.webp"):
        save(tmp_path / "in" / name)
    (tmp_path / "in/b/bad.jpg").write_text("no photo")
    ran = run("enhance", tmp_path / "in", "--recursive", "-o", tmp_path / "out", "-v")
    assert ran.status == 1
    assert tree(tmp_path / "out") == {"a.jpg", "b/a.png", "b/c/d.webp"}
    assert "bad.jpg" in ran.err
    assert "1 failed" in ran.err
    times = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    again = run("enhance", tmp_path / "in", "--recursive", "-o", tmp_path / "out")
    assert "3 skipped" in again.err
    assert times == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}


def test_folder_of_one_photo_resumes_too(run, save, tmp_path):
    save(tmp_path / "in/a.png")
    for line in ("Enhanced 1 photo", "1 skipped"):
        ran = run("enhance", tmp_path / "in", "-o", tmp_path / "out")
        assert ran.status == 0
        assert line in ran.err


def test_says_how_strongly_each_photo_was_changed(run, save, tmp_path):
    for name in ("a.png", "b.png"):
        save(tmp_path / "in" / name)
    ran = run("enhance", tmp_path / "in", "-o", tmp_path / "out", "-v", "--report", tmp_path / "report.json")
    changes = json.loads((tmp_path / "report.json").read_text())["changes"]
    assert {change["photo"] for change in changes} == {str(tmp_path / "in/a.png"), str(tmp_path / "in/b.png")}
    before, after = (np.asarray(Image.open(tmp_path / folder / "a.png"), float) for folder in ("in", "out"))
    assert changes[0]["change"] == pytest.approx(np.abs(after - before).mean(), abs=0.01)
    assert f"(changed by {changes[0]['change']:.1f} of 255 in the mean)" in ran.err
    assert "(left as it is)" in run("enhance", tmp_path / "in/a.png", "--strength", "0", "-v").err


def test_says_what_was_lost(run, tmp_path):
    frames = [Image.fromarray(np.full((8, 8, 3), grey, np.uint8)) for grey in (50, 150)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    ran = run("enhance", tmp_path / "a.gif")
    assert ran.status == 0
    assert "further frames could not be kept" in ran.err


def test_format_and_quality(run, save, tmp_path):
    photo = save(tmp_path / "a.png")
    assert run("enhance", photo, "-o", tmp_path / "out", "--format", "jpg", "--quality", "50").status == 0
    assert run("enhance", photo, "-o", tmp_path / "best.jpg").status == 0
    assert (tmp_path / "out/a.jpg").stat().st_size < (tmp_path / "best.jpg").stat().st_size


def test_strength_zero_gives_the_same_pixels(run, save, tmp_path):
    photo = save(tmp_path / "a.png")
    assert run("enhance", photo, "-o", tmp_path / "b.png", "--strength", "0").status == 0
    assert np.array_equal(np.asarray(Image.open(photo)), np.asarray(Image.open(tmp_path / "b.png")))


def test_streams(save, tmp_path):
    photo = save(tmp_path / "a.png")
    command = [sys.executable, "-c", "from ppcn.cli import main; main()", "enhance", "-"]
    piped = subprocess.run(command, input=photo.read_bytes(), capture_output=True, check=True).stdout
    subprocess.run([*command[:-1], photo, "-o", tmp_path / "b.png", "-q"], check=True)
    assert piped == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(("choice", "kind"), [("png", "PNG"), ("jpg", "JPEG"), ("avif", "AVIF"), ("tiff", "TIFF")])
def test_streams_in_a_format(save, tmp_path, choice, kind):
    command = [*COMMAND, "enhance", "-", "--format", choice]
    piped = subprocess.run(command, input=save(tmp_path / "a.png").read_bytes(), capture_output=True, check=True).stdout
    assert Image.open(io.BytesIO(piped)).format == kind


def test_streams_say_what_was_lost(tmp_path):
    frames = [Image.fromarray(np.full((8, 8, 3), grey, np.uint8)) for grey in (50, 150)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    ran = subprocess.run(
        [*COMMAND, "enhance", "-"], input=(tmp_path / "a.gif").read_bytes(), capture_output=True, check=False
    )
    assert ran.returncode == 0
    assert ran.stderr == b"ppcn: standard input: the further frames could not be kept.\n"
    assert Image.open(io.BytesIO(ran.stdout)).format == "PNG"


def test_a_photo_whose_name_is_a_dash(save, tmp_path):
    save(tmp_path / "a.png").rename(tmp_path / "-")
    subprocess.run([*COMMAND, "enhance", "./-", "-o", "b.png"], cwd=tmp_path, check=True)
    assert Image.open(tmp_path / "b.png").format == "PNG"


@pytest.mark.parametrize("redirection", ["<&-", ">&-", "</dev/null >&-", "<&- >&-"])
def test_streams_that_are_closed(redirection):
    ran = subprocess.run(f"{shlex.join(COMMAND)} enhance - {redirection}", shell=True, capture_output=True, check=False)
    assert ran.returncode == 2
    assert ran.stderr.startswith(b"ppcn: Standard ")
    assert ran.stderr.count(b"\n") == 1


def test_no_photo_is_poured_onto_a_terminal(save, tmp_path):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    ran = subprocess.run(
        [*COMMAND, "enhance", save(tmp_path / "a.png"), "-o", "-"], stdout=theirs, stderr=subprocess.PIPE, check=False
    )
    os.close(theirs)
    os.close(ours)
    assert ran.returncode == 2
    assert b"is a terminal" in ran.stderr


def test_reader_that_closes_the_pipe(save, tmp_path):
    photo = save(tmp_path / "a.png", size=(900, 900))
    command = [sys.executable, "-c", "from ppcn.cli import main; main()", "enhance", str(photo), "-o", "-"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    message = process.stderr.read().decode()
    assert process.wait() == 2
    assert message.startswith("ppcn: The reader of standard output closed it")
    assert message.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jpg", b"", ("is empty",)),
        ("text.jpg", b"just some words", ("text.jpg",)),
        ("cut.jpg", None, ("damaged",)),
    ],
)
def test_file_that_is_no_photo(run, save, tmp_path, name, content, words):
    whole = save(tmp_path / "whole.jpg", size=(400, 300)).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2] if content is None else content)
    run("enhance", tmp_path / name, "-o", tmp_path / "out").refused(name, *words)
    assert not (tmp_path / "out").exists()


def test_the_last_line_says_where_the_results_are(run, save, tmp_path):
    for name in ("a.png", "b.png", "sub/c.png"):
        save(tmp_path / "x" / name)
    assert f" into {tmp_path / 'out'}." in run("enhance", tmp_path / "x", "-o", tmp_path / "out").err
    assert f" into {tmp_path / 'x'} and 1 more folder." in run("enhance", tmp_path / "x", "--recursive").err


def test_results_in_the_photos_own_folder(run, save, tmp_path, monkeypatch):
    save(tmp_path / "x" / "1.png")
    monkeypatch.chdir(tmp_path / "x")
    for _ in range(2):
        assert "Traceback" not in run("enhance", tmp_path / "x", "-o", tmp_path / "x").err
        assert run("enhance", ".", "-o", ".").status == 0
    run("enhance", "1.png", "-o", ".").refused("1.enhanced.png exists already")
    assert tree(tmp_path / "x") == {"1.png", "1.enhanced.png"}


def test_inputs_that_cannot_be(run, save, tmp_path):
    photo = save(tmp_path / "a.png")
    (tmp_path / "empty").mkdir()
    run("enhance", tmp_path / "none.jpg").refused("none.jpg", "does not exist")
    run("enhance", tmp_path / "empty").refused("without photos")
    run("enhance", photo, "--max-megapixels", "0.001").refused("megapixels")
    run("enhance", photo, "--model", "student.opem").refused("student.open")
    run("enhance", photo, "--provider", "cuda").refused("cuda")
    run("enhance", photo, "-o", "/dev/null/out").refused("/dev/null/out")
    run("enhance", photo, "-o", tmp_path / "a.xyz" / "b.heic").refused("heic")
    run("enhance", photo, "-o", tmp_path / "a.bmp").refused("cannot be written as .bmp")
    run("enhance", photo, "-o", tmp_path / "b.jpg", "--format", "png").refused("no name for the format png")
    run("enhance", photo, photo, "-o", tmp_path / "b.jpg").refused("is the name of one file")
    run("enhance", "http://127.0.0.1:1/a.jpg").refused("cannot be reached")
    run("enhance", "ftp://127.0.0.1:1/a.jpg").refused("no place that can be reached")
    assert tree(tmp_path) == {"a.png"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written(run, save, tmp_path):
    photo = save(tmp_path / "a.png")
    (tmp_path / "out").mkdir(mode=0o500)
    run("enhance", photo, "-o", tmp_path / "out").refused("permission denied")
