"""What a file that someone else made cannot do, and what nobody else may see."""

import hashlib
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from scenes import Scene, picture

from ppcn import files, registry

SOURCE = Path(__file__).parents[2] / "src" / "ppcn"
ELSEWHERE = "../../elsewhere/stolen.jpg"


def test_metadata_cannot_name_the_result(scene: Scene, run: Callable):
    """Names of documents, pages and pictures in EXIF, XMP and TIFF are text; a result's name is its photo's."""
    exif = Image.Exif()
    for tag in (0x010D, 0x010E, 0x011D, 0x013B):  # name of the document, description, name of the page, artist
        exif[tag] = ELSEWHERE
    xmp = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><dc:source>{ELSEWHERE}</dc:source></x:xmpmeta>'.encode()
    more: dict[str, Any] = {"jpeg": {"xmp": xmp}}
    for kind in ("jpeg", "png", "webp", "tiff"):
        path = scene.photos / f"a.{kind}"
        Image.new("RGB", (20, 20), "teal").save(path, exif=exif, **more.get(kind, {}))
    before = set(scene.folder.parent.rglob("*"))
    assert run("enhance", scene.photos, "-o", scene.results).status == 0
    made = {path.relative_to(scene.folder) for path in set(scene.folder.parent.rglob("*")) - before}
    assert {str(path) for path in made} == {"results", *(f"results/{name}" for name in scene.names())}
    assert scene.names() == ["a.jpeg", "a.png", "a.tiff", "a.webp"]


def test_a_file_is_what_its_bytes_say(scene: Scene, run: Callable):
    """A name cannot choose a decoder: what looks like a photo and is a drawing that reads files is refused."""
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd" width="9" height="9"/></svg>'
    run("enhance", scene.add("a.png", drawing)).refused("a drawing (SVG)")
    assert list(scene.photos.iterdir()) == [scene.photos / "a.png"]


@pytest.mark.parametrize("method", ["spawn", "forkserver"])
def test_processes_of_commands_import_nothing_that_lies_among_the_photos(tmp_path: Path, method: str):
    """The server's and PyTorch's are started by multiprocessing, others by the interpreter."""
    for name in ("signal", "socket", "multiprocessing", "json", "ppcn", "selectors"):
        (tmp_path / f"{name}.py").write_text("open('WAS_RUN', 'w')")
    code = (
        "import sys; sys.argv = ['ppcn', '--version']\n"
        "from ppcn.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "import multiprocessing\n"
        f"process = multiprocessing.get_context('{method}').Process(target=print)\n"
        "process.start(); process.join(); assert process.exitcode == 0"
    )
    subprocess.run([sys.executable, "-P", "-c", code], cwd=tmp_path, check=True)
    assert not (tmp_path / "WAS_RUN").exists()


def test_temporary_files_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen = []

    def look(file: int) -> None:
        if stat.S_ISREG(os.fstat(file).st_mode):
            seen.extend(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir())

    monkeypatch.setattr(os, "fsync", look)
    files.atomic_write(tmp_path / "a.jpg", b"private")
    assert seen == [0o600]
    (tmp_path / "b.jpg").touch()
    assert (tmp_path / "a.jpg").stat().st_mode == (tmp_path / "b.jpg").stat().st_mode


def test_weights_that_were_changed_do_not_run(scene: Scene, run: Callable, monkeypatch: pytest.MonkeyPatch):
    weights = scene.folder / "weights"
    weights.mkdir()
    name = registry.DEFAULT_ENHANCER
    card = registry.find(name)
    for suffix in ("onnx", "safetensors", "toml"):
        shutil.copy(str(card.folder / f"{name}.{suffix}"), weights)
    network = weights / f"{name}.onnx"
    facts = tomllib.loads((weights / f"{name}.toml").read_text())
    assert hashlib.sha256(network.read_bytes()).hexdigest() == facts["sha256"]["onnx"]
    monkeypatch.setattr(registry, "_OWN", weights)
    photo = scene.add("a.png", picture())
    assert run("enhance", photo, "-o", scene.results / "a.png").status == 0
    network.write_bytes(network.read_bytes()[:-4] + struct.pack("<f", 1.0))
    run("enhance", photo, "-o", scene.results / "b.png", "--provider", "cpu").refused("sha256 differs", "install ppcn")
    assert scene.names() == ["a.png"]


def test_nothing_is_unpickled():
    """Imports are held by import-linter; this is about libraries that would unpickle if they were asked to."""
    asked = re.compile(r"allow_pickle\s*=\s*True|weights_only\s*=\s*False|read_pickle")
    for path in SOURCE.rglob("*.py"):
        assert not asked.search(path.read_text()), path


def test_nothing_is_unpickled_by_a_library(scene: Scene):
    """Python tells whoever listens that a pickle names a function or a class."""
    listen = "import os, sys; sys.addaudithook(lambda event, _: event == 'pickle.find_class' and os._exit(9)); "
    photo = scene.add("a.png", picture())
    for code, status in (
        ("from ppcn.cli import main; main()", 0),
        ("import pickle; pickle.loads(b'cos\\nabort\\n.')", 9),
    ):
        command = [sys.executable, "-c", listen + code, "enhance", photo, "-o", scene.results / "a.png"]
        assert subprocess.run(command, capture_output=True, check=False).returncode == status
    assert scene.names() == ["a.png"]
