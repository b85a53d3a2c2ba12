from ppcn.evaluation.reproduce.report import table as module
from ppcn.evaluation.reproduce.report.cells import QUANTITIES, Cell
from ppcn.evaluation.reproduce.report.table import Column, Row, Table, columns

PSNR = QUANTITIES["psnr"]


def test_a_table_as_markdown():
    heads = columns("Set5", ("psnr", "ssim"))
    rows = [
        Row("Theirs", "first", [Cell(PSNR, 30, 29.5), Cell(QUANTITIES["ssim"], 0.8, missing="Lost.")], "Slow."),
        Row(
            "Ours", "second", [Cell(PSNR, None, 31, None, "By hand."), Cell(QUANTITIES["ssim"], None, missing="Lost.")]
        ),
    ]
    table = Table("table9", "Table 9", "As ever.", heads, rows)
    lines = table.markdown().splitlines()
    assert "|  | Set5 PSNR | Set5 SSIM |" in lines
    assert "| first <sup>1</sup> | 29.50 (30.00, -0.50) | – (0.8000) <sup>2</sup> |" in lines
    assert "| second | 31.00 <sup>3</sup> | – <sup>2</sup> |" in lines
    assert lines[-3:] == ["1. Slow.", "2. Lost.", "3. By hand."]
    assert (table.computed, table.size, table.groups) == (2, 4, [("Set5", 2)])


def test_rows_with_both_figures_are_plotted(monkeypatch):
    heads = [Column("All", PSNR), Column("Time", QUANTITIES["cpu_ms"])]

    def row(label, section, *values):
        cells = [
            Cell(column.quantity, ours=value, missing=None if value else "Lost.")
            for column, value in zip(heads, values, strict=True)
        ]
        return Row(section, label, cells)

    rows = [row("a", "Ours", 20.0, 100.0), row("b", "In the paper", 21.0, 400.0), row("c", "Ours", 22.0, None)]
    monkeypatch.setattr(module, "scatter", lambda *plotted: plotted)
    (plot,) = Table("table9", "", "", heads, rows, "All PSNR", ["Time CPU, ms"]).plots
    assert plot == ([("a", 100, 20, True), ("b", 400, 21, False)], "CPU, ms", "All PSNR")
    assert list(Table("table9", "", "", heads, rows[2:], "All PSNR", ["Time CPU, ms"]).plots) == []
