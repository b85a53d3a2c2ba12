"""A copy of the repository's code, in which the guides' examples are carried out."""

import os
import re
import shutil
import sys
from pathlib import Path

from blocks import ROOT, Block

COPIED = ("src", "tests", "web/formats.py", "web/src/photo", "Makefile", "pyproject.toml")
# Python imports this when it starts. `ppcn` then comes from the copy, however it is installed.
CUSTOMISED = """
import sys
from importlib.machinery import PathFinder

class Copy:
    def find_spec(name, path=None, target=None):
        return PathFinder.find_spec(name, path or [{source!r}], target) if name.split(".")[0] == "ppcn" else None

sys.meta_path.insert(0, Copy)
"""


def make_copy(folder: Path) -> None:
    """Copy the code into a folder, without the built page."""
    for name in COPIED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("static", "__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, target)
    start = folder / "start"
    start.mkdir()
    start.joinpath("sitecustomize.py").write_text(CUSTOMISED.format(source=str(folder / "src")), "utf-8")


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of commands: the installed ones, and ``ppcn`` from the copy if there is one."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "PYTHONPATH": str(folder / "start")}


def carry_out(block: Block, folder: Path) -> None:
    """Write the file that a block shows, or make the change that it shows; raises ValueError where that fails."""
    assert block.title
    file = folder / block.title
    if block.language != "diff":
        if file.exists():
            raise ValueError(f"{block.title} exists already")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block.text, "utf-8")
        return
    text = file.read_text("utf-8")
    for hunk in re.split(r"^@@.*\n", block.text, flags=re.M):
        lines = hunk.splitlines(keepends=True)
        old = "".join(line[1:] for line in lines if line[0] in " -")
        new = "".join(line[1:] for line in lines if line[0] in " +")
        if hunk and (not old or text.count(old) != 1):
            raise ValueError(f"{block.title} does not have this once:\n{old}")
        text = text.replace(old, new) if hunk else text
    file.write_text(text, "utf-8")
