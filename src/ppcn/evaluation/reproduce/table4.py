"""Table 4: the challenge's track B, enhancement."""

from ppcn.evaluation.reproduce.cells import METRICS, Missing, attempt, make_cells
from ppcn.evaluation.reproduce.challenge import SCORES, scores
from ppcn.evaluation.reproduce.contenders import Contender, released, shipped
from ppcn.evaluation.reproduce.enhancers import (
    DPED,
    RESNET,
    SRCNN,
    STUDENT,
    TEACHER,
    TRACK_A,
    TRACKS_BC,
    Enhancer,
    enhancer_kinds,
    our_enhancers,
)
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.pair_scores import score_contender
from ppcn.evaluation.reproduce.pair_sets import PairSet, all_pairs
from ppcn.evaluation.reproduce.published import PublishedRow, paper, published
from ppcn.evaluation.reproduce.tables import Column, Row, Table
from ppcn.evaluation.reproduce.times import COLUMNS, Times, measure_times, protocol, quoted_times, time_cells

QUALITY = ("psnr", "ms_ssim")
QUOTED = ("mos", *SCORES)
PROTOCOL = (
    "PSNR in dB and MS-SSIM on RGB, of DPED's public test pairs; the paper's are of the challenge's own pictures. The "
    "challenge's published scores used votes (MOS) in place of MS-SSIM: they are quoted, and ours, with MS-SSIM, stand "
    "apart."
)
VOTES = Missing("Votes cannot be computed: the paper's are quoted, and so are the scores that use them.")
SUBMITTED = "PPCN"  # the paper's row of both submitted networks
PLACES = {  # the paper's rows of the released networks
    "In the paper": (
        SRCNN,
        DPED,
        TRACK_A._replace(row=SUBMITTED),
        TRACKS_BC._replace(row=SUBMITTED),
    ),
    "Released as well": (TEACHER, STUDENT, RESNET),
}


def make(inputs: Inputs) -> Table:
    """Score and time all that can be had."""
    pairs = attempt(all_pairs, inputs)
    times = attempt(measure_times, inputs, enhancer_kinds(inputs))
    rows = [
        _row(inputs, section, entry, attempt(released, inputs, entry.checkpoint), pairs, times)
        for section, entries in PLACES.items()
        for entry in entries
    ]
    for card in our_enhancers(inputs):
        entry = Enhancer(card.name, "", card.facts.get("network", ""), note=card.note)
        rows.append(_row(inputs, "Ours", entry, attempt(shipped, card), pairs, times))
    columns = [
        *(Column("DPED's test pairs", METRICS[name]) for name in QUALITY),
        *COLUMNS,
        *(Column("With MS-SSIM", METRICS[name]) for name in SCORES),
        *(Column("The challenge's, with votes", METRICS[name]) for name in QUOTED),
    ]
    text = f"{PROTOCOL} {protocol()}"
    return Table("table4", "Table 4: the challenge's track B, enhancement", paper(), text, columns, rows)


def _row(
    inputs: Inputs,
    section: str,
    entry: Enhancer,
    contender: Contender | Missing,
    pairs: PairSet | Missing,
    times: Times | Missing,
) -> Row:
    name = entry.row or entry.label
    quoted = quoted_times("table4", name, "challenge")
    quality = attempt(score_contender, inputs, contender, pairs)
    cells = [
        *make_cells(QUALITY, quoted, quality),
        *time_cells(times, entry.kind, quoted),
        *make_cells(SCORES, {}, attempt(scores, "B", quality, attempt(Times.of, times, entry.kind))),
        *make_cells(QUOTED, quoted, VOTES),
    ]
    return Row(section, entry.label, cells, entry.note, published("table4").get(name, PublishedRow()).source or None)
