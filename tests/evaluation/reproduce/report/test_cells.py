import pytest

from ppcn.errors import DataError, OutputError
from ppcn.evaluation.reproduce.report.cells import QUANTITIES, Cell, Missing, make_cells, or_missing

PSNR = QUANTITIES["psnr"]


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


def test_what_is_missing_is_handed_on():
    def refuse(_: object) -> int:
        raise DataError("There is none.")

    def overflow() -> int:
        raise OutputError("The disk is full.")

    first = or_missing(refuse, 1)
    assert first == Missing("There is none.")
    assert or_missing(max, 1, first) == first
    assert or_missing(max, 1, 2) == 2
    with pytest.raises(OutputError):
        or_missing(overflow)
