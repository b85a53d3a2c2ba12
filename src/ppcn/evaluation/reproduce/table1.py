"""Table 1: super-resolution, four times, on the standard benchmarks."""

from ppcn.evaluation.reproduce.benchmarks import BENCHMARKS
from ppcn.evaluation.reproduce.cells import METRICS, Cell, Missing, attempt, make_cells
from ppcn.evaluation.reproduce.enlargers import (
    BICUBIC,
    FSRCNN,
    PPCN,
    RESNET,
    SRCNN,
    VDSR,
    Enlarger,
    our_enlargers,
)
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.originals import Originals, originals, score_originals
from ppcn.evaluation.reproduce.published import PublishedRow, paper, published
from ppcn.evaluation.reproduce.tables import Column, Row, Table

FIGURES = ("psnr", "ssim")
PROTOCOL = (
    "PSNR in dB and SSIM on Y (BT.601), 4 pixels of the border left out, output rounded to 8 bits; small pictures made "
    "by MATLAB-like bicubic. Y is rounded to 8 bits, as MATLAB's rgb2ycbcr gives it of 8-bit pictures, on which the "
    "authors' published MATLAB evaluation works: so bicubic comes to the published 28.42 dB on Set5, and the released "
    "network to the paper's 31.37. Not rounded, these would be 28.43 and 31.38."
)
IN_THE_PAPER = (BICUBIC, SRCNN, FSRCNN, VDSR, PPCN)


def make(inputs: Inputs) -> Table:
    """Score all that can be had, on every benchmark that can be found."""
    benchmarks = {title: attempt(originals, inputs, title) for title in BENCHMARKS}
    sections = {"In the paper": IN_THE_PAPER, "Released as well": (RESNET,), "Ours": our_enlargers(inputs)}
    rows = [_row(inputs, section, entry, benchmarks) for section, entries in sections.items() for entry in entries]
    columns = [Column(title, METRICS[name]) for title in BENCHMARKS for name in FIGURES]
    return Table("table1", "Table 1: super-resolution, four times", paper(), PROTOCOL, columns, rows)


def _row(inputs: Inputs, section: str, entry: Enlarger, benchmarks: dict[str, Originals | Missing]) -> Row:
    quoted = published("table1").get(entry.label, PublishedRow())
    contender = attempt(entry.contender, inputs)
    cells: list[Cell] = []
    for title, benchmark in benchmarks.items():
        note = None if isinstance(benchmark, Missing) else benchmark.note
        outcome = attempt(score_originals, inputs, contender, benchmark)
        cells += make_cells(FIGURES, quoted.group(title), outcome, note)
    return Row(section, entry.label, cells, entry.note, quoted.source or None)
