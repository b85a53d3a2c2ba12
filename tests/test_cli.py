"""The command as a user meets it: results, names, sentences, exit statuses."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ppcn import cli


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs the command inside this process."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["ppcn", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capfd.readouterr()
        return Ran(int(stop.value.code or 0), printed.out, printed.err)

    return run


def save(path: Path, seed: int = 0, size: tuple[int, int] = (40, 30)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp = np.linspace(30, 200, size[0])[None, :, None] + np.random.default_rng(seed).integers(0, 20, (size[1], 1, 3))
    Image.fromarray(ramp.astype(np.uint8)).save(path)
    return path


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def refused(ran: Ran, *words: str) -> None:
    """Check for one plain sentence and exit status 2."""
    assert ran.status == 2
    assert "Traceback" not in ran.err
    assert ran.err.count("ppcn: ") == 1
    for word in words:
        assert word in ran.err


def test_enhances_beside_the_photo(run: Run, tmp_path: Path):
    photo = save(tmp_path / "a.jpg")
    ran = run("enhance", photo)
    assert ran.status == 0
    assert tree(tmp_path) == {"a.jpg", "a.enhanced.jpg"}
    assert ran.out == ""
    assert "student.open on cpu" in ran.err
    refused(run("enhance", photo), "a.enhanced.jpg", "--overwrite")
    assert run("enhance", photo, "--overwrite", "-q").err == ""


def test_folder_keeps_its_tree_skips_what_is_done_and_survives_failures(run: Run, tmp_path: Path):
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


def test_folder_of_one_photo_resumes_too(run: Run, tmp_path: Path):
    save(tmp_path / "in/a.png")
    for line in ("Enhanced 1 photo", "1 skipped"):
        ran = run("enhance", tmp_path / "in", "-o", tmp_path / "out")
        assert ran.status == 0
        assert line in ran.err


def test_says_what_was_lost(run: Run, tmp_path: Path):
    frames = [Image.fromarray(np.full((8, 8, 3), grey, np.uint8)) for grey in (50, 150)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    ran = run("enhance", tmp_path / "a.gif")
    assert ran.status == 0
    assert "further frames could not be kept" in ran.err


def test_format_and_quality(run: Run, tmp_path: Path):
    photo = save(tmp_path / "a.png")
    assert run("enhance", photo, "-o", tmp_path / "out", "--format", "jpg", "--quality", "50").status == 0
    assert run("enhance", photo, "-o", tmp_path / "best.jpg").status == 0
    assert (tmp_path / "out/a.jpg").stat().st_size < (tmp_path / "best.jpg").stat().st_size


def test_strength_zero_gives_the_same_pixels(run: Run, tmp_path: Path):
    photo = save(tmp_path / "a.png")
    assert run("enhance", photo, "-o", tmp_path / "b.png", "--strength", "0").status == 0
    assert np.array_equal(np.asarray(Image.open(photo)), np.asarray(Image.open(tmp_path / "b.png")))


def test_streams(tmp_path: Path):
    photo = save(tmp_path / "a.png")
    command = [sys.executable, "-c", "from ppcn.cli import main; main()", "enhance", "-"]
    piped = subprocess.run(command, input=photo.read_bytes(), capture_output=True, check=True).stdout
    subprocess.run([*command[:-1], photo, "-o", tmp_path / "b.png", "-q"], check=True)
    assert piped == (tmp_path / "b.png").read_bytes()


def test_reader_that_closes_the_pipe(tmp_path: Path):
    photo = save(tmp_path / "a.png", size=(900, 900))
    command = [sys.executable, "-c", "from ppcn.cli import main; main()", "enhance", str(photo), "-o", "-"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    message = process.stderr.read().decode()
    assert process.wait() == 2
    refused(Ran(2, "", message), "closed")


def test_interrupt_in_a_folder_leaves_whole_results(tmp_path: Path):
    for number in range(60):
        save(tmp_path / f"in/{number:02}.png", seed=number, size=(500, 400))
    command = [sys.executable, "-c", "from ppcn.cli import main; main()", "enhance", "in", "-o", "out"]
    process = subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE)
    while len(list(tmp_path.glob("out/*.png"))) < 2:  # the first is reported by then
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.stderr
    message = process.stderr.read().decode()
    assert process.wait() == 1
    assert message.startswith("ppcn: Stopped after")
    assert "Traceback" not in message
    done = list((tmp_path / "out").iterdir())
    assert 0 < len(done) < 60
    for path in done:
        assert Image.open(path).size == (500, 400)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.jpg", b"", ("is empty",)),
        ("text.jpg", b"just some words", ("text.jpg",)),
        ("cut.jpg", None, ("damaged",)),
    ],
)
def test_file_that_is_no_photo(run: Run, tmp_path: Path, name: str, content: bytes | None, words: tuple[str, ...]):
    whole = save(tmp_path / "whole.jpg", size=(400, 300)).read_bytes()
    (tmp_path / name).write_bytes(whole[: len(whole) // 2] if content is None else content)
    refused(run("enhance", tmp_path / name, "-o", tmp_path / "out"), name, *words)
    assert not (tmp_path / "out").exists()


def test_inputs_that_cannot_be(run: Run, tmp_path: Path):
    photo = save(tmp_path / "a.png")
    (tmp_path / "empty").mkdir()
    refused(run("enhance", tmp_path / "none.jpg"), "none.jpg", "does not exist")
    refused(run("enhance", tmp_path / "empty"), "without photos")
    refused(run("enhance", photo, "--max-megapixels", "0.001"), "megapixels")
    refused(run("enhance", photo, "--model", "student.opem"), "student.open")
    refused(run("enhance", photo, "--provider", "cuda"), "cuda")
    refused(run("enhance", photo, "-o", "/dev/null/out"), "/dev/null/out")
    refused(run("enhance", photo, "-o", tmp_path / "a.xyz" / "b.heic"), "heic")
    assert tree(tmp_path) == {"a.png"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_that_cannot_be_written(run: Run, tmp_path: Path):
    photo = save(tmp_path / "a.png")
    (tmp_path / "out").mkdir(mode=0o500)
    refused(run("enhance", photo, "-o", tmp_path / "out"), "permission denied")


def test_usage_errors(run: Run):
    for arguments in (["enhance"], ["enhance", "a", "--strength", "2"], ["evaluate", "enhancement", "--pairs", "."]):
        ran = run(*arguments)
        assert ran.status == 2
        assert "Usage:" in ran.err


def test_models(run: Run):
    assert "student.open" in run("models").out
    card = json.loads(run("models", "student.open", "--json").out)
    assert card["network"] == "student"
    assert json.loads(run("models", "--json").out)[0]["name"]
    refused(run("models", "nobody"), "nobody")


def test_evaluate_counts_distinct_pairs(run: Run, tmp_path: Path):
    for name in ("a.png", "b.png"):
        save(tmp_path / "pairs/input" / name, seed=1)
        save(tmp_path / "pairs/target" / name, seed=1 if name == "a.png" else 2)
    figures = json.loads(
        run("evaluate", "enhancement", "--model", "student.open", "--pairs", tmp_path / "pairs", "--json").out
    )
    assert (figures["model"], figures["n"], figures["n_distinct"]) == ("student.open", 2, 1)
    untouched = run("evaluate", "enhancement", "--outputs", tmp_path / "pairs/target", "--pairs", tmp_path / "pairs")
    assert "100.0" in untouched.out


def test_released_checkpoint_becomes_a_model(run: Run, tmp_path: Path, shared: Path):
    weights = tmp_path / "student.safetensors"
    imported = run("import-tensorflow", shared / "reference/enhancement/student.ckpt", "-o", weights)
    assert "student, 2,715 parameters" in imported.out
    ran = run("evaluate", "enhancement", "--model", weights, "--pairs", shared / "data/dped400", "--json")
    figures = json.loads(ran.out)
    assert figures["psnr"] == pytest.approx(22.562, abs=0.02)
    assert figures["ms_ssim"] == pytest.approx(0.9254, abs=0.001)
    refused(run("import-tensorflow", weights, "-o", tmp_path / "b.safetensors"), "student.safetensors")


def test_evaluate_super_resolution(run: Run, tmp_path: Path):
    save(tmp_path / "images/a.png", size=(83, 61))
    command = ("evaluate", "super-resolution", "--images", tmp_path / "images")
    figures = json.loads(run(*command, "--model", "bicubic", "--json").out)
    assert list(figures) == ["model", "n", "psnr", "ssim"]
    assert (figures["model"], figures["n"]) == ("bicubic", 1)
    assert "ms_ssim" in run(*command, "--model", "bicubic", "--rgb").out
    refused(run(*command, "--model", "student.open"), "20x15", "80x60", "a.png")
