"""Tables 1 and 2: super-resolution, four times, on the standard benchmarks and as track A of the challenge."""

from collections.abc import Iterable, Mapping
from typing import Any

from ppcn.errors import CheckpointError
from ppcn.evaluation.reproduce.datasets import BENCHMARKS, Pictures, incomplete, originals
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.methods import SCALE, Entry, Method, bicubic, checkpoint, ours, plain
from ppcn.evaluation.reproduce.published import published
from ppcn.evaluation.reproduce.report.cells import Cell, Figures, Missing, make_cells, or_missing
from ppcn.evaluation.reproduce.report.table import Row, Table, columns
from ppcn.evaluation.reproduce.scores import CHALLENGE_SCORES, names_of, score_in_challenge, score_on_originals
from ppcn.evaluation.reproduce.times import AGAINST, COLUMNS, Times, measure_times, protocol, quoted_times, time_cells
from ppcn.metrics import CHALLENGE, SUPER_RESOLUTION

ANOTHER_TRAINING = "Ours is the {} released with the challenge; the paper quotes the figures of another training of it."


def _fsrcnn(_: Inputs) -> Method:
    raise CheckpointError("There are no released weights of FSRCNN: all figures here are quoted from the paper.")


BICUBIC = Entry("Bicubic", lambda _: plain("bicubic", bicubic))
SRCNN = checkpoint("SRCNN", "baselines/div2k_srcnn", "srcnn", ANOTHER_TRAINING.format("SRCNN"), of_enlarged=True)
FSRCNN = Entry("FSRCNN", _fsrcnn, "fsrcnn")
VDSR = checkpoint("VDSR", "baselines/div2k_vgg19_vdsr.ckpt", "vdsr", ANOTHER_TRAINING.format("VDSR"))
PPCN = checkpoint("PPCN", "super_resolution/generator_all.ckpt", "super-resolution")
RESNET = checkpoint("ResNet_6_16", "baselines/div2k_resnet_6_16", "resnet-6-16", of_enlarged=True)
IN_TABLE_1 = (BICUBIC, SRCNN, FSRCNN, VDSR, PPCN)

TABLE_1 = (
    "PSNR in dB and SSIM on Y (BT.601), 4 pixels of the border left out, output rounded to 8 bits; small pictures made "
    "by MATLAB-like bicubic. Y is rounded to 8 bits, as MATLAB's rgb2ycbcr gives it of 8-bit pictures, on which the "
    "authors' published MATLAB evaluation works: so bicubic comes to the published 28.42 dB on Set5, and the released "
    "network to the paper's 31.37. Not rounded, these would be 28.43 and 31.38."
)
TABLE_2 = (
    "PSNR in dB and MS-SSIM on RGB, four times, 16 pixels of the border left out, output not rounded. The scores weigh "
    "both, on DIV2K, with the speed. SRCNN and ResNet_6_16 take a photograph that is enlarged already; the others' "
    "times include enlarging it."
)
DIV2K, STANDARD = "DIV2K validation", "B100"  # the paper's figures in table 2 are of the first
PAPERS_QUALITY = "Of the paper's PSNR and MS-SSIM, as DIV2K's validation pictures are not here, and of our speed."


def our_enlargers(inputs: Inputs) -> list[Entry]:
    """Return our own networks that enlarge four times."""
    return ours(inputs, "super-resolution", SCALE)


def table1(inputs: Inputs) -> Table:
    """Score all that can be had, on every benchmark that can be found."""
    benchmarks = _benchmarks(inputs, BENCHMARKS)
    sections = {"In the paper": IN_TABLE_1, "Released as well": (RESNET,), "Ours": our_enlargers(inputs)}
    rows = []
    for section, entries in sections.items():
        for entry in entries:
            row = published("table1").get(entry.label, {})
            cells, _ = _quality(inputs, SUPER_RESOLUTION, entry, benchmarks, row)
            rows.append(Row(section, entry.label, cells, entry.note, row.get("source")))
    heads = [column for title in benchmarks for column in columns(title, names_of(SUPER_RESOLUTION))]
    return Table("table1", "Table 1: super-resolution, four times", TABLE_1, heads, rows)


def table2(inputs: Inputs) -> Table:
    """Score and time all that can be had."""
    benchmarks = _benchmarks(inputs, (DIV2K, STANDARD))
    sections = {"In the paper": (SRCNN, PPCN), "Released as well": (VDSR, RESNET), "Ours": our_enlargers(inputs)}
    kinds = [entry.kind for entries in sections.values() for entry in entries]
    times = inputs.or_missing(measure_times, kinds)
    rows = []
    for section, entries in sections.items():
        for entry in entries:
            figures = quoted_times("table2", entry.label, "challenge")
            cells, outcomes = _quality(inputs, CHALLENGE, entry, benchmarks, {DIV2K: figures})
            cells += time_cells(times, entry.kind, figures)
            cells += _challenge(outcomes[DIV2K], figures, times, entry.kind)
            note = entry.note if section != "Released as well" else None
            source = published("table2").get(entry.label, {}).get("source")
            rows.append(Row(section, entry.label, cells, note, source))
    heads = [column for title in benchmarks for column in columns(title, names_of(CHALLENGE))]
    heads += [*COLUMNS, *columns("Challenge", CHALLENGE_SCORES)]
    title, text = "Table 2: the challenge's track A, super-resolution", f"{TABLE_2} {protocol()}"
    return Table("table2", title, text, heads, rows, f"{STANDARD} PSNR", AGAINST)


def _benchmarks(inputs: Inputs, titles: Iterable[str]) -> dict[str, Pictures | Missing]:
    return {title: inputs.or_missing(originals, title) for title in titles}


def _quality(
    inputs: Inputs,
    protocol: str,
    entry: Entry,
    benchmarks: Mapping[str, Pictures | Missing],
    of_the_paper: Mapping[str, Any],
) -> tuple[list[Cell], dict[str, Figures | Missing]]:
    """Return the cells of a row on all benchmarks, and the figures that they are of."""
    method = inputs.or_missing(entry.find)
    cells: list[Cell] = []
    outcomes: dict[str, Figures | Missing] = {}
    for title, benchmark in benchmarks.items():
        size, *_ = BENCHMARKS[title]
        note = None if isinstance(benchmark, Missing) else incomplete(len(benchmark.files), size)
        outcomes[title] = inputs.or_missing(score_on_originals, protocol, method, benchmark)
        cells += make_cells(names_of(protocol), of_the_paper.get(title, {}), outcomes[title], note)
    return cells, outcomes


def _challenge(
    quality: Figures | Missing, of_the_paper: Figures, times: Times | Missing, kind: str | None
) -> list[Cell]:
    """Return the cells of the challenge's scores: where DIV2K is not here, of the paper's quality at our speed."""
    note = None
    if isinstance(quality, Missing) and "psnr" in of_the_paper:
        quality, note = of_the_paper, PAPERS_QUALITY
    scores = or_missing(score_in_challenge, "A", quality, times, kind)
    return make_cells(CHALLENGE_SCORES, of_the_paper, scores, note)
