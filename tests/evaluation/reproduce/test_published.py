"""The published figures against the paper's text, and against each other."""

import re

import pytest

from ppcn.evaluation.reproduce.published import published
from ppcn.metrics import challenge_scores


def test_spot_values():
    assert published("table1")["PPCN"]["Manga109"] == {"psnr": 28.93, "ssim": 0.8847}
    assert published("table1")["VDSR"]["B100"] == {"psnr": 27.29, "ssim": 0.7251}
    assert published("table3")["Student without knowledge transfer"]["all"]["ms_ssim"] == 0.9229
    assert published("table3")["DPED"]["all"]["cpu_ms"] == 10701
    assert published("table4")["PPCN"]["challenge"]["mos"] == 2.5583
    assert "DIV2K validation" not in published("table1")["PPCN"]


def test_every_figure_stands_in_its_row_of_the_papers_text(shared):
    text = (shared / "paper.txt").read_text("utf-8")
    for table in ("table1", "table2", "table3", "table4"):
        start = text.index(f"Table {table[-1]}. ")
        lines = text[start : start + 1500].splitlines()
        for row in published(table).values():
            name = re.search(r"'(.*)'", row["source"])
            assert name
            line = next(line for line in lines if name[1] in line and re.search(r"\d\.\d\d", line))
            printed = [
                float(word) for word in re.findall(r"(?<![\w\[])\d+(?:\.\d+)?(?![\w\]])", line.replace("×4", ""))
            ]
            assert [figure for group in _groups(row) for figure in group.values()] == printed[-_width(row) :]


def _groups(row):
    return [figures for name, figures in row.items() if name != "source"]


def _width(row):
    return sum(map(len, _groups(row)))


def test_table_2_fits_the_challenges_formula():
    rows = {name: row["challenge"] for name, row in published("table2").items()}
    ours = rows["PPCN"]
    scores = challenge_scores("A", ours["psnr"], ours["ms_ssim"], rows["SRCNN"]["cpu_ms"] / ours["cpu_ms"])
    for name, score in scores.items():
        assert ours[f"score_{name.lower()}"] == pytest.approx(score, abs=0.011)
