"""Table 2: the challenge's track A, super-resolution."""

from ppcn.evaluation.reproduce.cells import METRICS, Cell, Figures, Missing, attempt, make_cells
from ppcn.evaluation.reproduce.challenge import SCORES, scores
from ppcn.evaluation.reproduce.enlargers import PPCN, RESNET, SRCNN, VDSR, Enlarger, our_enlargers
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.originals import Originals, originals, score_originals
from ppcn.evaluation.reproduce.plots import make_plots
from ppcn.evaluation.reproduce.published import PublishedRow, paper, published
from ppcn.evaluation.reproduce.tables import Column, Row, Table
from ppcn.evaluation.reproduce.times import AGAINST, COLUMNS, Times, measure_times, protocol, quoted_times, time_cells

QUALITY = ("psnr", "ms_ssim")
CHALLENGE, STANDARD = "DIV2K validation", "B100"  # the paper's figures are of the first
PROTOCOL = (
    "PSNR in dB and MS-SSIM on RGB, four times, 16 pixels of the border left out, output not rounded. The scores weigh "
    "both, on DIV2K, with the speed. SRCNN and ResNet_6_16 take a photograph that is enlarged already; the others' "
    "times include enlarging it."
)
PAPERS_QUALITY = "Of the paper's PSNR and MS-SSIM, as DIV2K's validation pictures are not here, and of our speed."


def make(inputs: Inputs) -> Table:
    """Score and time all that can be had."""
    benchmarks = {title: attempt(originals, inputs, title) for title in (CHALLENGE, STANDARD)}
    sections = {"In the paper": (SRCNN, PPCN), "Released as well": (VDSR, RESNET), "Ours": our_enlargers(inputs)}
    kinds = [entry.kind for entries in sections.values() for entry in entries]
    times = attempt(measure_times, inputs, kinds)
    rows = [
        _row(inputs, section, entry, benchmarks, times) for section, entries in sections.items() for entry in entries
    ]
    columns = [
        *(Column(title, METRICS[name]) for title in benchmarks for name in QUALITY),
        *COLUMNS,
        *(Column("Challenge", METRICS[name]) for name in SCORES),
    ]
    plots = make_plots(rows, columns, f"{STANDARD} PSNR", AGAINST)
    text = f"{PROTOCOL} {protocol()}"
    return Table("table2", "Table 2: the challenge's track A, super-resolution", paper(), text, columns, rows, plots)


def _row(
    inputs: Inputs,
    section: str,
    entry: Enlarger,
    benchmarks: dict[str, Originals | Missing],
    times: Times | Missing,
) -> Row:
    quoted = quoted_times("table2", entry.label, "challenge")
    contender = attempt(entry.contender, inputs)
    outcomes = {
        title: attempt(lambda c, b: score_originals(inputs, c, b, challenge=True), contender, benchmark)
        for title, benchmark in benchmarks.items()
    }
    cells: list[Cell] = []
    for title, outcome in outcomes.items():
        benchmark = benchmarks[title]
        note = None if isinstance(benchmark, Missing) else benchmark.note
        cells += make_cells(QUALITY, quoted if title == CHALLENGE else {}, outcome, note)
    cells += time_cells(times, entry.kind, quoted)
    cells += _score_cells(outcomes[CHALLENGE], quoted, attempt(Times.of, times, entry.kind))
    note = entry.note if section != "Released as well" else None
    return Row(section, entry.label, cells, note, published("table2").get(entry.label, PublishedRow()).source or None)


def _score_cells(quality: Figures | Missing, quoted: Figures, times: Figures | Missing) -> list[Cell]:
    if isinstance(quality, Missing) and "psnr" in quoted:
        return make_cells(SCORES, quoted, attempt(scores, "A", quoted, times), PAPERS_QUALITY)
    return make_cells(SCORES, quoted, attempt(scores, "A", quality, times))
