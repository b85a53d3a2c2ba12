import io
import json
import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from PIL import Image
from rich.progress import Progress
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from ppcn.errors import OutputError
from ppcn.training.log import RunLog, read_log


def logged(folder):
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def events(folder):
    accumulator = EventAccumulator(str(folder / "tensorboard"))
    accumulator.Reload()
    return accumulator


def scalars(folder, tag):
    return [(event.step, pytest.approx(event.value)) for event in events(folder).Scalars(tag)]


def train(folder, first, last, figure: Callable[[int], float] = float, **settings):
    """Report every step from ``first`` on up to ``last``."""
    with RunLog(folder, 10, **settings) as log:
        for step in range(first, last + 1):
            log.advance(step)
            log.report(step, float(step), {"l1": figure(step)}, group="loss")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def terminal(monkeypatch):
    """Make standard error a terminal; no fixture, because pytest replaces it between the fixtures and the test."""
    for name, value in {"TERM": "xterm", "COLUMNS": "120", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    screen = Terminal()
    monkeypatch.setattr("sys.stderr", screen)
    return screen


def test_figures_go_to_the_log_and_to_tensorboard(tmp_path):
    with RunLog(tmp_path, 100) as log:
        log.report(50, 12.345, {"l1": 0.0123456789, "objective": 1234567.0}, group="loss")
        log.report(50, 12.345, {"learning_rate": 1e-3})
    assert logged(tmp_path) == [
        {"step": 50, "seconds": 12.3, "l1": 0.012346, "objective": 1234600.0},
        {"step": 50, "seconds": 12.3, "learning_rate": 1e-3},
    ]
    assert set(events(tmp_path).Tags()["scalars"]) == {"loss/l1", "loss/objective", "learning_rate"}
    assert scalars(tmp_path, "loss/l1") == [(50, 0.0123456789)]


def test_what_is_no_number_is_null_in_json(tmp_path):
    train(tmp_path, 1, 2, lambda step: float("nan") if step == 1 else float("inf"))
    assert [line["l1"] for line in logged(tmp_path)] == [None, None]


def test_pictures_lie_side_by_side_and_are_clipped(tmp_path):
    one, two = np.full((4, 5, 3), 0.5, np.float32), np.full((2, 3, 3), 1.2)
    one[0, 0] = -1, 0, 2
    with RunLog(tmp_path, 1, quiet=True) as log:
        log.pictures(7, "held back 0", [one, two])
    (event,) = events(tmp_path).Images("held back 0")
    sheet = np.asarray(Image.open(io.BytesIO(event.encoded_image_string)))
    assert event.step == 7
    assert sheet.shape == (4, 8, 3)
    assert sheet[0, 0].tolist() == [0, 0, 255]
    assert (sheet[1:, :5] == 128).all()
    assert (sheet[:, 5:] == 255).all()  # what is missing below the smaller one, too


def test_a_resumed_run_says_nothing_twice(tmp_path):
    def stopped_in_step_6(step):
        if step == 6:
            raise KeyboardInterrupt
        return step

    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, 1, 10, stopped_in_step_6)
    train(tmp_path, 4, 10, lambda step: step / 10, done=3, seconds=3.0)
    assert [line["step"] for line in logged(tmp_path)] == list(range(1, 11))
    assert [line["l1"] for line in logged(tmp_path)][2:5] == [3.0, 0.4, 0.5]
    assert scalars(tmp_path, "loss/l1") == [(step, step if step < 4 else step / 10) for step in range(1, 11)]


def test_a_fresh_run_starts_anew(tmp_path):
    (tmp_path / "tensorboard").mkdir()
    (tmp_path / "tensorboard" / "notes.txt").write_text("mine")
    train(tmp_path, 1, 9)
    train(tmp_path, 1, 2)
    assert [line["step"] for line in logged(tmp_path)] == [1, 2]
    assert scalars(tmp_path, "loss/l1") == [(1, 1), (2, 2)]
    assert (tmp_path / "tensorboard" / "notes.txt").exists()


@pytest.mark.parametrize("rest", [b'{"step": 3, "seco', b'{"step": 3, "name": "\xc3', b"\0\0\0\0", b"7", b"\n{}"])
def test_a_damaged_last_line_is_survived(tmp_path, rest):
    train(tmp_path, 1, 2)
    with (tmp_path / "log.jsonl").open("ab") as log:
        log.write(rest)
    assert [line["step"] for line in read_log(tmp_path / "log.jsonl")] == [1, 2]
    train(tmp_path, 3, 4, done=2)
    assert [line["step"] for line in logged(tmp_path)] == [1, 2, 3, 4]


def test_a_run_is_resumed_without_its_log(tmp_path):
    train(tmp_path, 6, 7, done=5)
    assert [line["step"] for line in logged(tmp_path)] == [6, 7]


def test_all_is_on_the_disk_while_the_run_goes_on(tmp_path):
    with RunLog(tmp_path, 10) as log:
        log.report(1, 1.0, {"l1": 1.0})
        assert len(logged(tmp_path)) == len(scalars(tmp_path, "l1")) == 1


def test_reports_are_lines_in_a_pipe(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    with RunLog(tmp_path, 8000) as log:
        log.advance(150)
        log.report(150, 61.7, {"l1": 0.061234, "ssim": 0.213}, group="loss")
        assert capsys.readouterr() == ("step 150/8000  62 s  l1 0.06123  ssim 0.213\n", "")
    assert capsys.readouterr() == ("", "")


def test_quiet_is_quiet(tmp_path, capsys, monkeypatch):
    screen = terminal(monkeypatch)
    train(tmp_path, 1, 3, quiet=True)
    assert capsys.readouterr().out == screen.getvalue() == ""
    assert len(logged(tmp_path)) == 3


def test_a_terminal_shows_a_bar_below_the_reports(tmp_path, capsys, monkeypatch):
    screen = terminal(monkeypatch)
    train(tmp_path, 1, 10)
    assert capsys.readouterr().out == ""
    shown = screen.getvalue()
    assert re.search(r"step 2/10  2 s  l1 2 *\n", shown)
    last = re.split(r"[\r\n]", shown[: shown.rindex("so far") + len("so far")])[-1]
    assert re.search(r"Training ━+ 10/10 .*steps/s  0:00:0\d so far$", last)


def shown_at_pace(folder, pace, steps, screen, monkeypatch, **settings):
    """Return what a terminal shows of a run that is at so many of its steps, and does one in ``pace`` seconds."""
    done, last, of = steps
    now = 1000.0
    monkeypatch.setattr("ppcn.training.log.Progress", partial(Progress, get_time=lambda: now))
    with RunLog(folder, of, done=done, **settings) as log:
        for step in range(done + 1, last + 1):
            now += pace
            log.advance(step)
    return screen.getvalue()


def test_speed_counts_the_steps_of_this_start_alone(tmp_path, monkeypatch):
    screen = terminal(monkeypatch)
    shown = shown_at_pace(tmp_path, 0.5, (5000, 5100, 10_000), screen, monkeypatch, seconds=3600.0)
    assert re.search(r"5100/10000 2 steps/s  1:00:50 so far  0:40:50 left", shown)


def test_other_processes_tell_nothing(tmp_path, capsys, monkeypatch):
    screen = terminal(monkeypatch)
    with RunLog(tmp_path / "run", 10, active=False) as log:
        log.advance(1)
        log.report(1, 1.0, {"l1": 1.0})
        log.pictures(1, "a", [np.zeros((2, 2, 3))])
    assert not (tmp_path / "run").exists()
    assert capsys.readouterr().out == screen.getvalue() == ""


def test_a_bar_fits_into_a_narrow_terminal(tmp_path, monkeypatch):
    screen = terminal(monkeypatch)
    monkeypatch.setenv("COLUMNS", "80")
    shown = shown_at_pace(tmp_path, 0.1, (100_000, 100_009, 250_000), screen, monkeypatch, seconds=36_000)
    assert re.search(r"Training ━+ +100009/250000 10 steps/s  10:00:00 so far  4:10:00 left", shown)


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "tensorboard").write_text("a file")
    with pytest.raises(OutputError, match=r"^Cannot write to .*: .*\.$"), RunLog(tmp_path, 1):
        pass
