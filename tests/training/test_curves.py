import json

import numpy as np
import pytest
from PIL import Image

from ppcn.errors import InputError
from ppcn.training.curves import COLOURS, _running_median, draw, main


@pytest.fixture
def runs(tmp_path):
    """Two runs; the first one has been killed, and was not a number for a while."""
    folders = {}
    for name in ("student", "teacher"):
        folders[name] = tmp_path / name
        folders[name].mkdir()
        lines = [{"step": step, "seconds": 1.0, "l1": 1 / step} for step in range(1, 101)]
        lines += [{"step": step, "seconds": 1.0, "psnr": None if step == 50 else 20.0} for step in range(10, 101, 10)]
        (folders[name] / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with (folders["student"] / "log.jsonl").open("a") as log:
        log.write('{"step": 101, "ps')
    with (folders["teacher"] / "log.jsonl").open("a") as log:
        log.write('{"step": 100, "seconds": 1.0, "hue": 3.0}\n')
    return folders


def colours(png):
    pixels = np.asarray(png.convert("RGB")).astype(int) @ (65536, 256, 1)
    return {f"#{pixel:06X}" for pixel in np.unique(pixels)}


def test_one_panel_a_figure_and_one_colour_a_run(runs, tmp_path):
    draw(runs, tmp_path / "one.png", ["l1"])
    draw(runs, tmp_path / "four.png", ["psnr", "l1", "hue", "l1"])
    one, four = Image.open(tmp_path / "one.png"), Image.open(tmp_path / "four.png")
    assert one.format == four.format == "PNG"
    assert four.width > 2 * one.width
    assert four.height > 1.5 * one.height
    assert set(COLOURS[:2]) <= colours(four)
    assert COLOURS[2] not in colours(four)


def test_the_same_logs_give_the_same_picture(runs, tmp_path):
    for name in ("a.png", "b.png"):
        draw(runs, tmp_path / name, ["psnr"])
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_median_keeps_edges_and_gaps():
    values = np.array([1, 1, 9, 1, np.nan, 5, 5, 5.0])
    assert np.array_equal(_running_median(values, 1), [1, 1, 1, 5, np.nan, 5, 5, 5], equal_nan=True)


def test_the_command(runs, tmp_path, capsys):
    folders = list(map(str, runs.values()))
    assert main([*folders, "-o", str(tmp_path / "deeper" / "c.png"), "--figures", "psnr", "l1"]) == 0
    assert (tmp_path / "deeper" / "c.png").exists()
    assert capsys.readouterr() == ("", "")
    assert main([*folders, str(tmp_path), "-o", str(tmp_path / "d.png")]) == 2
    assert capsys.readouterr().err == (
        f"ppcn: {tmp_path} has no log.jsonl with figures in it: give the folder of a training run.\n"
    )
    assert not (tmp_path / "d.png").exists()


def test_runs_of_one_name_keep_their_own_curves(runs, tmp_path, monkeypatch):
    drawn = {}
    monkeypatch.setattr("ppcn.training.curves.draw", lambda runs, *_: drawn.update(runs))
    paths = [str(runs["student"]), str(tmp_path / "b" / "student")]
    assert main([*paths, "-o", "c.png"]) == 0
    assert list(map(str, drawn)) == paths


def test_a_figure_that_no_run_has_is_named(runs, tmp_path):
    with pytest.raises(InputError, match=r"^No run has logged psnrr; there are hue, l1, psnr\.$"):
        draw(runs, tmp_path / "c.png", ["psnr", "psnrr"])
