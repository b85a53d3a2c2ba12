"""Tiny folders of test pictures, and cards of networks that are not installed."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import tomli_w
from PIL import Image

from ppcn.evaluation.reproduce.cache import Cache
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.registry import Card

FOLDS = {"a": 0, "b": 0, "c": 1, "d": 1, "e": None, "f": None}
SAME = "f"  # one picture on both sides


def write(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels.astype(np.uint8)).save(path)


@pytest.fixture
def data(tmp_path):
    """Test pictures: a Set5 of one picture, a B100 of low-resolution ones only, six pairs, two of DPED's photos."""
    folder, rng = tmp_path / "data", np.random.default_rng(0)
    write(folder / "sr_test/Set5/baby.png", rng.integers(0, 256, (40, 48, 3)))
    write(folder / "sr_test/B100/imgx4.png", rng.integers(0, 256, (10, 12, 3)))
    for name in ("hd_0.png", "iphone_7.jpg"):
        write(folder / "dped_photos" / name, rng.integers(0, 256, (24, 32, 3)))
    for name in FOLDS:
        phone = np.kron(rng.integers(30, 220, (3, 4, 3)), np.ones((8, 8, 1)))
        write(folder / f"dped400/iphone/{name}.png", phone)
        write(folder / f"dped400/canon/{name}.png", phone if name == SAME else 255 * (phone / 255) ** 0.7)
    scenes = {f"{name}.png": {"fold": fold, "identical": name == SAME} for name, fold in FOLDS.items()}
    (folder / "dped400/scenes.json").write_text(json.dumps(scenes))
    return folder


@pytest.fixture
def inputs(data, tmp_path):
    return Inputs(Cache(tmp_path / "out/cache"), data)


@pytest.fixture
def card(tmp_path):
    """Return a function that makes a card, with the list of what its network was trained on."""

    def make(name: str, trained_on: list[Path], **facts: object) -> Card:
        lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in trained_on]
        (tmp_path / f"{name}.trained-on.txt").write_text("\n".join(lines))
        known = {"network": "student", "task": "enhancement", "scale": 1, "licence": "MIT", "sha256": {"onnx": name}}
        described = {"name": name, **known, "training": {"data": "photographs"}, "figures": {}} | facts
        return Card.parse(tmp_path, tomli_w.dumps(described))

    return make


@pytest.fixture
def elsewhere(tmp_path):
    """A file that is no test picture."""
    (tmp_path / "elsewhere.jpg").write_bytes(b"something else")
    return tmp_path / "elsewhere.jpg"


@pytest.fixture
def cells():
    """Return a function that gives a table's cells by row and by the whole title of the column."""

    def by_name(table):
        titles = [column.title for column in table.columns]
        return {row.label: dict(zip(titles, row.cells, strict=True)) for row in table.rows}

    return by_name
