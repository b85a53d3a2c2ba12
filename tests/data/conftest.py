"""Folders of made-up pairs."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

MakePairs = Callable[..., Path]


@pytest.fixture(scope="session")
def make_pairs() -> MakePairs:
    """Write pairs of noise into the folders ``sides`` of ``folder``; ``camera`` makes the second side of the first."""

    def make(
        folder: Path,
        names: Iterable[str],
        size: tuple[int, int] = (24, 20),
        sides: tuple[str, str] = ("iphone", "canon"),
        camera: Callable[[np.ndarray], np.ndarray] = lambda phone: 255 - phone,
        scenes: dict | None = None,
    ) -> Path:
        phones, cameras = (folder / side for side in sides)
        phones.mkdir(parents=True, exist_ok=True)
        cameras.mkdir(parents=True, exist_ok=True)
        for number, name in enumerate(names):
            phone = np.random.default_rng(number).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
            Image.fromarray(phone).save(phones / name)
            Image.fromarray(camera(phone)).save(cameras / name)
        if scenes is not None:
            (folder / "scenes.json").write_text(json.dumps(scenes))
        return folder

    return make
