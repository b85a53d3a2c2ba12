"""Times of kinds of networks, in the tables."""

from dataclasses import replace

import pytest

from ppcn.errors import DataError
from ppcn.evaluation.reproduce import methods, times
from ppcn.evaluation.reproduce.methods import plain
from ppcn.evaluation.reproduce.parts import enhancement, super_resolution
from ppcn.evaluation.reproduce.report.cells import or_missing
from ppcn.evaluation.reproduce.times import measure_times, quoted_times, time_cells, times_of
from ppcn.evaluation.timing import measure as timing
from ppcn.evaluation.timing.networks import find_network
from ppcn.metrics.challenge import challenge_scores

pytestmark = pytest.mark.usefixtures("few_runs")


@pytest.fixture
def small(monkeypatch):
    """Photographs may be tiny, timing is counted, and the student's ONNX file, which takes a while, is shipped."""
    monkeypatch.setattr(times, "SIZE", (24, 32))
    monkeypatch.setattr(times, "find_network", lambda kind: find_network("student.open" if kind == "student" else kind))
    sessions = []

    def measure(cases, *arguments):
        sessions.append([(case.runtime, case.network.kind, case.pictures[0].shape[:2]) for case in cases])
        return timing.measure(cases, *arguments)

    monkeypatch.setattr(times, "measure", measure)
    return sessions


def test_a_kind_is_timed_once_and_kept(inputs, small):
    measured = measure_times(inputs, ["srcnn", "student", None, "student", "nonsense"])
    srcnn, student = times_of(measured, "srcnn"), times_of(measured, "student")
    assert (srcnn["parameters"], student["parameters"]) == (69_249, 2_715)
    assert srcnn["speed"] == 1
    assert student["speed"] == srcnn["cpu_ms"] / student["cpu_ms"]
    assert student["n"] >= 3
    with pytest.raises(DataError, match="no kind of network 'nonsense'"):
        times_of(measured, "nonsense")
    with pytest.raises(DataError, match="no network here"):
        times_of(measured, None)
    cpu, speed, gpu, peak, parameters = time_cells(measured, "student", quoted_times("table3", "Student", "all"))
    assert (cpu.published, cpu.ours, cpu.note) == (392, student["cpu_ms"], f"Median of {student['n']} runs.")
    assert speed.published == 1832 / 392
    assert gpu.ours or "GPU" in (gpu.missing or "")
    assert parameters.ours == 2715
    assert peak.ours is None or peak.ours > 30
    assert measure_times(inputs, ["student", "nonsense", "srcnn"]) == measured
    assert [runtime for session in small for runtime, _, _ in session if runtime == "onnxruntime"] == [
        "onnxruntime"
    ] * 2


def test_photographs_of_another_size_or_none(inputs, data):
    with pytest.raises(DataError, match=r"hd_0\.png is 32x24 pixels, not 1280x720"):
        measure_times(inputs, ["student"])
    (data / "dped_photos/hd_0.png").unlink()
    with pytest.raises(DataError, match=r"photographs, hd_\*\.png"):
        measure_times(inputs, ["student"])
    missing = or_missing(measure_times, replace(inputs, data=None), ["student"])
    assert all("--data" in (cell.missing or "") for cell in time_cells(missing, "student", {}))


FIGURES = {"cpu_ms": 100.0, "n": 3, "peak_mb": 200.0, "parameters": 1, "no_gpu": "No GPU."}


@pytest.fixture
def timed(monkeypatch):
    """SRCNN takes 400 ms, all other kinds 100."""
    kinds = ("super-resolution", "vdsr", "resnet-6-16", "student", "teacher", "resnet-8-32", "resnet-12-64")
    known = {**dict.fromkeys(kinds, FIGURES), "srcnn": FIGURES | {"cpu_ms": 400.0}}
    for table in (super_resolution, enhancement):
        monkeypatch.setattr(table, "measure_times", lambda _inputs, _kinds: known)


@pytest.mark.usefixtures("timed")
def test_table_2_scores_the_papers_quality_at_our_speed_without_div2k(
    inputs, cells, card, elsewhere, data, monkeypatch
):
    ours = card("ours", [elsewhere], task="super-resolution", scale=4, network="super-resolution")
    table = cells(super_resolution.table2(replace(inputs, cards=[ours])))
    expected = challenge_scores("A", 28.13, 0.9632, 4)
    for name, score in expected.items():
        cell = table["PPCN"][f"Challenge Score {name}"]
        assert cell.ours == pytest.approx(score)
        assert "the paper's PSNR" in cell.note
    assert abs(table["PPCN"]["Challenge Score A"].difference) <= 0.01
    assert table["PPCN"]["At 1280x720 Speed"].ours == 4
    assert table["PPCN"]["At 1280x720 GPU, ms"].missing == "No GPU."
    assert "DIV2K_valid_HR" in table["ours"]["Challenge Score A"].missing
    assert "low-resolution pictures only" in table["ours"]["B100 PSNR"].missing
    (data / "sr_test/Set5").rename(data / "sr_test/DIV2K_valid_HR")
    monkeypatch.setattr(methods, "load_model", lambda _name: lambda small: small.repeat(4, 0).repeat(4, 1))
    row = cells(super_resolution.table2(replace(inputs, cards=[ours])))["ours"]
    quality = [row[f"DIV2K validation {name}"].ours for name in ("PSNR", "MS-SSIM")]
    assert row["Challenge Score A"].ours == pytest.approx(challenge_scores("A", quality[0], quality[1], 4)["A"])
    assert row["Challenge Score A"].note is None


@pytest.mark.usefixtures("timed")
def test_table_4_keeps_the_votes_apart(inputs, cells, monkeypatch):
    monkeypatch.setattr(methods, "released", lambda _inputs, name, **_: plain(name, lambda image: image))
    table = cells(enhancement.table4(inputs))
    row = table["Student with L1 and VGG losses (tracks B, C)"]
    quality = [row[f"DPED's test pairs {name}"].ours for name in ("PSNR", "MS-SSIM")]
    assert row["With MS-SSIM Score B"].ours == pytest.approx(challenge_scores("B", quality[0], quality[1], 4)["B"])
    assert row["With MS-SSIM Score B"].published is None
    votes = row["The challenge's, with votes Score B"]
    assert (votes.published, votes.ours) == (16.31, None)
    assert "Votes cannot be computed" in votes.missing
    assert row["The challenge's, with votes MOS"].published == 2.5583
    assert table["Teacher"]["The challenge's, with votes MOS"].published is None
