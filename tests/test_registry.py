import shutil
from importlib import resources
from pathlib import Path

import pytest

from ppcn import registry
from ppcn.errors import ModelError


def test_every_card_is_whole():
    cards = registry.cards()
    assert registry.DEFAULT_ENHANCER in [card.name for card in cards]
    for card in cards:
        assert {"name", "network", "task", "scale", "sha256", "licence", "training", "figures"} <= card.facts.keys()
        assert card.onnx()
        assert card.safetensors()
        assert card.trained_on


def test_unknown_name_gives_the_nearest():
    with pytest.raises(ModelError, match=r"did you mean student\.open"):
        registry.find("student-open")


def test_damaged_weights_are_refused(tmp_path: Path):
    folder = Path(str(resources.files("ppcn"))) / "weights"
    for path in folder.glob("student.open*"):
        shutil.copy(path, tmp_path)
    (tmp_path / "student.open.onnx").write_bytes(b"other")
    card = registry.Card(tmp_path, registry.find("student.open").facts)
    with pytest.raises(ModelError, match="sha256"):
        card.onnx()
    (tmp_path / "student.open.onnx").unlink()
    with pytest.raises(ModelError, match="cannot be read"):
        card.onnx()
