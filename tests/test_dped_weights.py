"""The second distribution, with networks that were trained on DPED's pairs."""

import tomllib
from pathlib import Path

import numpy as np
import pytest

from ppcn import registry
from ppcn.runtime.backends.loader import make_engine

ROOT = Path(__file__).parents[1] / "dped-weights"
CARDS = sorted((ROOT / "src/ppcn_dped_weights").glob("*.toml"))


def test_ppcn_finds_it_by_its_entry_point():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    (package,) = project["entry-points"]["ppcn.weights"].values()
    assert (ROOT / "src" / package / "__init__.py").is_file()
    assert CARDS


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_cards(path):
    card = registry.Card.parse(path.parent, path.read_text())
    assert card.name == path.stem
    assert "non-commercial" in (card.note or "")
    assert "non-commercial" in card.facts["training"]["data"]
    assert "non-commercial" in card.facts["licence"]
    assert list(card.facts["figures"]) == ["cross_validated"]
    assert len(card.trained_on) > 300
    card.safetensors()
    image = np.full((12, 9, 3), 0.5, np.float32)
    assert make_engine(card.onnx(), card.name)(image).shape == image.shape
