"""A folder of photos that something happens to; what has to hold whatever happens is checked after every test."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ppcn.files import TEMPORARY


def picture(seed: int = 0, size: tuple[int, int] = (40, 30), kind: str = "PNG") -> bytes:
    """Return a made-up picture as a file of Pillow's."""
    rows = np.random.default_rng(seed).integers(0, 20, (size[1], 1, 3))
    ramp = np.linspace(30, 200, size[0])[None, :, None] + rows
    buffer = io.BytesIO()
    Image.fromarray(ramp.astype(np.uint8)).save(buffer, kind)
    return buffer.getvalue()


COMMAND = [sys.executable, "-c", "from ppcn.cli import main; main()"]
SENTENCE = re.compile(r"ppcn: [^\n]{10,}\.\n")


@dataclass(frozen=True)
class Ran:
    """How a run of the command ended."""

    status: int
    err: str

    def says(self, *words: str, status: int, sentences: int = 1) -> None:
        """Check the exit status, and that the words are in the one sentence, or as many, that tell what is wrong."""
        assert self.status == status, self.err
        assert "Traceback" not in self.err
        complaints = SENTENCE.findall(self.err)
        assert len(complaints) == sentences, self.err
        for word in words:
            assert word in "".join(complaints)


@dataclass
class Scene:
    """Photos in ``photos``, results in ``results``, and the command to make the one of the other."""

    folder: Path
    originals: dict[Path, str] = field(default_factory=dict)

    @property
    def photos(self) -> Path:
        return self.folder / "photos"

    @property
    def results(self) -> Path:
        return self.folder / "results"

    def add(self, name: str | bytes, data: bytes) -> Path:
        """Lay a file among the photos."""
        path = self.photos / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        self.originals[path] = _digest(path)
        return path

    def start(self, *arguments: object, **how: object) -> subprocess.Popen[str]:
        """Start ``ppcn enhance photos -o results`` with some arguments."""
        given = [*COMMAND, "enhance", "photos", "-o", "results", *map(str, arguments)]
        return subprocess.Popen(given, cwd=self.folder, stderr=subprocess.PIPE, text=True, **how)  # pyright: ignore

    def run(self, *arguments: object, **how: object) -> Ran:
        """Run it to its end."""
        return ended(self.start(*arguments, **how))

    def report(self) -> dict[str, Any]:
        """Return the report that ``--report report.json`` wrote."""
        return json.loads((self.folder / "report.json").read_text())

    def names(self) -> list[str]:
        """Return the names of the results that are there."""
        found = [path for path in self.results.rglob("*") if not path.is_dir() and not path.name.startswith(TEMPORARY)]
        return sorted(str(path.relative_to(self.results)) for path in found)

    def check(self) -> None:
        """Check that originals are what they were, that results are whole, and that there is nothing else."""
        for path, digest in self.originals.items():
            assert not path.exists() or _digest(path) == digest, f"{path} was changed"
        for path in self.folder.rglob("*"):
            assert not path.name.startswith(TEMPORARY), f"{path} was left"
        for path in self.results.rglob("*"):
            if path.is_file():
                Image.open(path).load()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def ended(process: subprocess.Popen[str]) -> Ran:
    """Wait for the command and return how it ended."""
    err = process.communicate(timeout=120)[1]
    return Ran(process.returncode, err)


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "this took too long"
        time.sleep(0.01)


def workers_of(process: subprocess.Popen[str]) -> list[int]:
    """Return the processes that a run has started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        pytest.skip("needs /proc, which tells a process's children")
    threads = Path(f"/proc/{process.pid}/task").glob("*/children")
    return [int(child) for thread in threads for child in thread.read_text().split()]


def lives(pid: int) -> bool:
    """Tell whether a process is running."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
