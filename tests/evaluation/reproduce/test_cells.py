import pytest

from ppcn.errors import DataError, OutputError
from ppcn.evaluation.reproduce.cells import METRICS, Cell, Missing, attempt, make_cells
from ppcn.evaluation.reproduce.tables import Column, Row, Table

PSNR = METRICS["psnr"]


def test_the_difference_is_of_what_is_printed():
    cell = Cell(PSNR, 31.37, 31.3749)
    assert cell.difference == 0
    assert str(Cell(PSNR, 31.37, 31.3651).difference) == "0.0"
    assert Cell(PSNR, 31.37, 31.376).difference == 0.01
    assert Cell(PSNR, None, 31.376).difference is None
    assert cell.as_dict() == {"published": 31.37, "ours": 31.3749, "difference": 0}


def test_a_cell_says_a_figure_or_why_there_is_none():
    for cell in ({}, {"ours": 1.0, "missing": "Lost."}):
        with pytest.raises(ValueError, match="either"):
            Cell(PSNR, 31.37, **cell)
    figure, absent = make_cells(("psnr", "ssim"), {"ssim": 0.8}, {"psnr": 20.0, "ssim": None}, "By hand.")
    assert (figure.ours, figure.published, figure.note) == (20, None, "By hand.")
    assert (absent.ours, absent.published, absent.note) == (None, 0.8, None)
    assert absent.missing
    assert make_cells(("psnr",), {}, Missing("Lost."))[0].missing == "Lost."


def test_an_attempt_hands_on_what_is_missing():
    def refuse(_: object) -> int:
        raise DataError("There is none.")

    def overflow() -> int:
        raise OutputError("The disk is full.")

    first = attempt(refuse, 1)
    assert first == Missing("There is none.")
    assert attempt(max, 1, first) == first
    assert attempt(max, 1, 2) == 2
    with pytest.raises(OutputError):
        attempt(overflow)


def test_a_table_as_markdown():
    columns = [Column("Set5", PSNR), Column("Set5", METRICS["ssim"])]
    rows = [
        Row("Theirs", "first", [Cell(PSNR, 30, 29.5), Cell(METRICS["ssim"], 0.8, missing="Lost.")], "Slow."),
        Row("Ours", "second", [Cell(PSNR, None, 31, None, "By hand."), Cell(METRICS["ssim"], None, missing="Lost.")]),
    ]
    table = Table("table9", "Table 9", "a paper", "As ever.", columns, rows)
    lines = table.markdown().splitlines()
    assert "|  | Set5 PSNR | Set5 SSIM |" in lines
    assert "| first <sup>1</sup> | 29.50 (30.00, -0.50) | – (0.8000) <sup>2</sup> |" in lines
    assert "| second | 31.00 <sup>3</sup> | – <sup>2</sup> |" in lines
    assert lines[-3:] == ["1. Slow.", "2. Lost.", "3. By hand."]
    assert (table.computed, table.size, table.groups) == (2, 4, [("Set5", 2)])
