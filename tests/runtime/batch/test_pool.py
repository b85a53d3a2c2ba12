"""Many files at once: results in order, none twice, none stopped by another's failure."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ppcn import load_model
from ppcn.outputs import Output
from ppcn.runtime.batch import pool
from ppcn.runtime.batch.pool import edit_files
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options


def test_order_progress_and_bits_whatever_the_number(
    save: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(pool, "AHEAD", 2)
    pipeline, made = Pipeline(Enhance(load_model("student.open"))), []
    sizes = [(700, 600), *[(40 + number, 30) for number in range(12)]]  # the first takes longest
    photos = [save(tmp_path / f"{number}.png", number, size) for number, size in enumerate(sizes)]
    photos[5].write_text("no photo")
    for workers in (1, 3):
        counts: list[float] = []
        tasks = [Output(photo, tmp_path / f"{workers}" / photo.name) for photo in photos]
        results = list(edit_files(tasks, pipeline, Options(), workers, counts.append))
        assert [result.source for result in results] == photos
        assert [result.source for result in results if result.status == "failed"] == [photos[5]]
        assert counts[-1] == len(photos)
        made.append([task.target.read_bytes() for task in tasks if task.target.exists()])
    assert made[0] == made[1]
    assert len(made[0]) == len(photos) - 1


def test_nothing_is_started_where_everything_is_done(save: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("subprocess.Popen", None)
    tasks = [Output(save(tmp_path / name), tmp_path / name) for name in ("a.png", "b.png")]
    results = edit_files(tasks, Pipeline(Enhance(load_model("student.open"))), Options())
    assert [result.status for result in results] == ["skipped", "skipped"]
