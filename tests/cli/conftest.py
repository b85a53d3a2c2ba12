"""The command as a user meets it: results, names, sentences, exit statuses."""

import sys
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

    def refused(self, *words: str) -> None:
        """Check for one plain sentence and exit status 2."""
        assert self.status == 2
        assert "Traceback" not in self.err
        assert self.err.count("ppcn: ") == 1
        for word in words:
            assert word in self.err


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Return a function that runs the command inside this process."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["ppcn", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capfd.readouterr()
        return Ran(int(stop.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def save() -> Callable[..., Path]:
    """Return a function that writes a made-up picture."""

    def save(path: Path, seed: int = 0, size: tuple[int, int] = (40, 30)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = np.random.default_rng(seed).integers(0, 20, (size[1], 1, 3))
        ramp = np.linspace(30, 200, size[0])[None, :, None] + rows
        Image.fromarray(ramp.astype(np.uint8)).save(path)
        return path

    return save
