import shutil
from pathlib import Path

import pytest

from ppcn import models, registry
from ppcn.errors import ModelError

SHIPPED = Path(registry.__file__).with_name("weights")


def test_a_network_by_name():
    found = models.find("student.open")
    assert found.card
    assert found.file is None
    assert found.read("onnx") == (SHIPPED / "student.open.onnx").read_bytes()
    assert found.read("safetensors") == (SHIPPED / "student.open.safetensors").read_bytes()
    assert found.trained_on() == found.card.trained_on != frozenset()


@pytest.mark.parametrize(("kind", "other"), [("onnx", "safetensors"), ("safetensors", "onnx")])
def test_a_network_by_file(tmp_path: Path, kind: str, other: str):
    path = tmp_path / f"mine.{kind}"
    shutil.copy(SHIPPED / f"student.open.{kind}", path)
    for found in (models.find(path), models.find(str(path))):
        assert (found.card, found.file) == (None, kind)
        assert found.read(kind) == path.read_bytes()
        assert found.trained_on() == frozenset()
        with pytest.raises(ModelError, match=f"is no .{other} file"):
            found.read(other)
    (tmp_path / "trained-on.txt").write_text(f"{'a' * 64}  a.jpg\n\n{'b' * 64}  b.jpg\n")
    assert models.find(path).trained_on() == {"a" * 64, "b" * 64}


def test_what_there_is_not(tmp_path: Path):
    with pytest.raises(ModelError, match="There is no model 'nothing': give a name"):
        models.find("nothing")
    for name in ("", "..", "../weights/student.open", "student.open\0"):
        with pytest.raises(ModelError, match="There is no model"):
            models.find(name)
    with pytest.raises(ModelError, match="cannot be read"):
        models.find(tmp_path / "nowhere.onnx").read("onnx")
