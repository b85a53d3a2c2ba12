import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from ppcn.errors import CheckpointError, InputError
from ppcn.exporting.model_files import add
from ppcn.networks.student import Student
from ppcn.networks.weights_file import save
from ppcn.registry import Card
from ppcn.runtime.backends.loader import make_engine

FACTS = {
    "name": "student.mine",
    "recipe": "student-open",
    "command": "ppcn train student-open",
    "data": "some photographs",
    "licence": "CC0-1.0",
}


@pytest.fixture
def run(tmp_path: Path, student: Student) -> Path:
    """Return the folder of a training run."""
    folder = tmp_path / "run"
    save(student, folder / "student.safetensors")
    (folder / "trained-on.txt").write_text(f"{'0' * 64}  a.jpg\n")
    (folder / "log.jsonl").write_text('{"step": 1, "seconds": 1.0}\n{"step": 20, "seconds": 9.6}\n')
    return folder


def test_makes_a_card_that_the_registry_takes(
    tmp_path: Path, run: Path, student_file: bytes, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("ppcn.exporting.model_files.to_onnx", lambda _: student_file)  # made once for all tests
    figures = tmp_path / "pairs.json"
    scores = {"n": 4, "psnr": 20.00004, "ms_ssim": 0.9, "n_distinct": 3, "psnr_distinct": 19.5, "ms_ssim_distinct": 0.8}
    figures.write_text(json.dumps({"model": "x", **scores, "folds": [{"fold": 0, "n": 4}]}))
    path = add(run, tmp_path / "weights", figures=[f"pairs={figures}"], note="For research.", **FACTS)
    facts = tomllib.loads(path.read_text())
    assert facts["licence"] == "CC0-1.0"
    assert facts["training"]["steps"] == 20
    assert facts["training"]["seconds"] == 10
    assert facts["figures"]["pairs"] == {"n": 4, "psnr": 20.0, "ms_ssim": 0.9}
    assert facts["figures"]["pairs_3"] == {"n": 3, "psnr": 19.5, "ms_ssim": 0.8}
    card = Card.parse(tmp_path / "weights", path.read_text())
    assert card.note == "For research."
    assert card.trained_on == {"0" * 64}
    assert card.safetensors() == (run / "student.safetensors").read_bytes()
    image = np.random.default_rng(0).random((9, 8, 3), np.float32)
    assert np.array_equal(make_engine(card.onnx(), "mine")(image), make_engine(student_file, "student")(image))


def test_folder_without_a_run(tmp_path: Path):
    with pytest.raises(CheckpointError, match="not the folder of a training run"):
        add(tmp_path, tmp_path / "weights", figures=[], **FACTS)
    assert not (tmp_path / "weights").exists()


@pytest.mark.parametrize("figures", ["pairs", "pairs=nowhere.json"])
def test_figures_that_cannot_be_read(tmp_path: Path, run: Path, figures: str):
    with pytest.raises(InputError, match="SET=FILE"):
        add(run, tmp_path / "weights", figures=[figures], **FACTS)
    assert not (tmp_path / "weights").exists()
