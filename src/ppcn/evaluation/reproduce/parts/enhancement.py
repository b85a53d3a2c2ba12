"""Tables 3 and 4: enhancement of DPED's test pairs, as in the paper and as track B of the challenge."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ppcn.evaluation.colour_baselines import DEGREES, FIXED
from ppcn.evaluation.reproduce.datasets import Pictures, all_pairs, incomplete, pairs_of_known_scenes
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.methods import Entry, Method, checkpoint, ours, plain
from ppcn.evaluation.reproduce.published import published
from ppcn.evaluation.reproduce.report.cells import Cell, Figures, Missing, make_cells, or_missing
from ppcn.evaluation.reproduce.report.table import Row, Table, columns
from ppcn.evaluation.reproduce.scores import (
    CHALLENGE_SCORES,
    names_of,
    score_baseline,
    score_in_challenge,
    score_on_pairs,
)
from ppcn.evaluation.reproduce.times import AGAINST, COLUMNS, Times, measure_times, protocol, quoted_times, time_cells
from ppcn.metrics import ENHANCEMENT

BOTH_TRACKS = "The paper has one row for both released checkpoints of this kind."
L1_AND_VGG = "Student with L1 and VGG losses"
TEACHER = checkpoint("Teacher", "enhancement/teacher.ckpt", "teacher")
STUDENT = checkpoint("Student", "enhancement/student.ckpt", "student")
WITHOUT_KD = checkpoint("Student without knowledge transfer", "enhancement/student_wo_kd", "student")
TRACK_A = checkpoint(f"{L1_AND_VGG} (track A)", "enhancement/iphone_trackA.ckpt", "student", BOTH_TRACKS, L1_AND_VGG)
TRACKS_BC = checkpoint(
    f"{L1_AND_VGG} (tracks B, C)", "enhancement/iphone_trackBC.ckpt", "student", BOTH_TRACKS, L1_AND_VGG
)
SRCNN = checkpoint("SRCNN", "baselines/dped_srcnn", "srcnn")
DPED = checkpoint("DPED", "baselines/dped_resnet_12_64", "resnet-12-64")
RESNET = checkpoint("ResNet_8_32", "baselines/dped_resnet_8_32", "resnet-8-32")
IN_TABLE_3 = (TEACHER, STUDENT, WITHOUT_KD, TRACK_A, TRACKS_BC, SRCNN, DPED, RESNET)

TABLE_3 = (
    "Means over pairs of PSNR in dB on RGB and of MS-SSIM, of the output clipped to [0, 1], not rounded. The paper's "
    "figures are of all 400 pairs. Distinct: the two pictures of a pair differ. Of known scenes: distinct, and in a "
    "fold of scenes.json. Colour alone: what no network is needed for."
)
TABLE_4 = (
    "PSNR in dB and MS-SSIM on RGB, of DPED's public test pairs; the paper's are of the challenge's own pictures. The "
    "challenge's published scores used votes (MOS) in place of MS-SSIM: they are quoted, and ours, with MS-SSIM, stand "
    "apart."
)
PAIRS = 400  # that the paper's figures are of
QUALITY = ("psnr", "ms_ssim")  # the paper's metrics
ALL, DISTINCT, SCENES = "All pairs", "Distinct pairs", "Pairs of known scenes"
GROUPS = {ALL: QUALITY, DISTINCT: names_of(ENHANCEMENT), SCENES: names_of(ENHANCEMENT)}
FITTED = Missing("It is fitted on the pairs of the other folds, so it has figures on pairs of known scenes only.")
CROSS_VALIDATED = "Cross-validated, from the card: each of {n} pairs by the network that never saw its scene."
VOTES = Missing("Votes cannot be computed: the paper's are quoted, and so are the scores that use them.")
QUOTED = ("mos", *CHALLENGE_SCORES)
SUBMITTED = "PPCN"  # the paper's row of both submitted networks
IN_TABLE_4 = {
    "In the paper": (SRCNN, DPED, TRACK_A._replace(row=SUBMITTED), TRACKS_BC._replace(row=SUBMITTED)),
    "Released as well": (TEACHER, STUDENT, RESNET),
}
NONE: Mapping[str, Any] = MappingProxyType({})
Pairs = Mapping[str, Pictures | Missing]  # by group, ALL and SCENES
Outcomes = dict[str, Figures | Missing]  # by group


def our_enhancers(inputs: Inputs) -> list[Entry]:
    """Return our own enhancers."""
    return ours(inputs, "enhancement")


def table3(inputs: Inputs) -> Table:
    """Score all that can be had."""
    pairs = {ALL: inputs.or_missing(all_pairs), SCENES: inputs.or_missing(pairs_of_known_scenes)}
    times = _times(inputs)
    rows = [
        *(_in_the_paper(inputs, entry, pairs, times) for entry in IN_TABLE_3),
        *(_ours(inputs, entry, pairs, times) for entry in our_enhancers(inputs)),
        *(_colour_alone(name, _scores(inputs, plain(name, run), pairs)) for name, run in FIXED.items()),
        *(_colour_alone(f"{name}, fitted", _fitted(inputs, name, pairs)) for name in DEGREES),
    ]
    heads = [column for group, names in GROUPS.items() for column in columns(group, names)]
    counts = f"Here are {_count(pairs[ALL])} pairs, {_count(pairs[SCENES])} of them of known scenes."
    title, text = "Table 3: enhancement of DPED's test pairs", " ".join((TABLE_3, counts, protocol()))
    return Table("table3", title, text, [*heads, *COLUMNS], rows, f"{ALL} PSNR", AGAINST)


def table4(inputs: Inputs) -> Table:
    """Score and time all that can be had."""
    pairs, times = inputs.or_missing(all_pairs), _times(inputs)
    sections = IN_TABLE_4 | {"Ours": our_enhancers(inputs)}
    rows = [_in_challenge(inputs, section, entry, pairs, times) for section in sections for entry in sections[section]]
    heads = [
        *columns("DPED's test pairs", QUALITY),
        *COLUMNS,
        *columns("With MS-SSIM", CHALLENGE_SCORES),
        *columns("The challenge's, with votes", QUOTED),
    ]
    title, text = "Table 4: the challenge's track B, enhancement", f"{TABLE_4} {protocol()}"
    return Table("table4", title, text, heads, rows)


def _times(inputs: Inputs) -> Times | Missing:
    """Return the times of all kinds of networks in both tables, measured together."""
    return inputs.or_missing(measure_times, [entry.kind for entry in (*IN_TABLE_3, *our_enhancers(inputs))])


def _count(pairs: Pictures | Missing) -> str:
    return "no" if isinstance(pairs, Missing) else str(len(pairs.pairs))


def _in_the_paper(inputs: Inputs, entry: Entry, pairs: Pairs, times: Times | Missing) -> Row:
    name = entry.row or entry.label
    quoted = quoted_times("table3", name, "all")
    everything = pairs[ALL]
    note = None if isinstance(everything, Missing) else incomplete(len(everything.pairs), PAIRS)
    cells = _cells(_scores(inputs, inputs.or_missing(entry.find), pairs), quoted, notes={ALL: note})
    cells += time_cells(times, entry.kind, quoted)
    return Row("In the paper", entry.label, cells, entry.note, published("table3")[name]["source"])


def _ours(inputs: Inputs, entry: Entry, pairs: Pairs, times: Times | Missing) -> Row:
    """Return the row of a network of ours; where it may not be scored, its card's cross-validated figures stand."""
    outcomes, note = _scores(inputs, inputs.or_missing(entry.find), pairs), None
    validated = entry.card and entry.card.facts.get("figures", {}).get("cross_validated")
    if validated and isinstance(outcomes[SCENES], Missing):
        outcomes, note = outcomes | {SCENES: validated}, CROSS_VALIDATED.format(n=validated["n"])
    cells = _cells(outcomes, notes={SCENES: note}) + time_cells(times, entry.kind, NONE)
    return Row("Ours", entry.label, cells, entry.note)


def _colour_alone(label: str, outcomes: Outcomes) -> Row:
    return Row("Colour alone", label, _cells(outcomes) + time_cells({}, None, NONE))


def _in_challenge(inputs: Inputs, section: str, entry: Entry, pairs: Pictures | Missing, times: Times | Missing) -> Row:
    name = entry.row or entry.label
    quoted = quoted_times("table4", name, "challenge")
    quality = inputs.or_missing(score_on_pairs, inputs.or_missing(entry.find), pairs)
    scores = or_missing(score_in_challenge, "B", quality, times, entry.kind)
    cells = [
        *make_cells(QUALITY, quoted, quality),
        *time_cells(times, entry.kind, quoted),
        *make_cells(CHALLENGE_SCORES, {}, scores),
        *make_cells(QUOTED, quoted, VOTES),
    ]
    return Row(section, entry.label, cells, entry.note, published("table4").get(name, {}).get("source"))


def _scores(inputs: Inputs, method: Method | Missing, pairs: Pairs) -> Outcomes:
    outcomes = {group: inputs.or_missing(score_on_pairs, method, pictures) for group, pictures in pairs.items()}
    return outcomes | {DISTINCT: or_missing(_distinct, outcomes[ALL])}


def _fitted(inputs: Inputs, name: str, pairs: Pairs) -> Outcomes:
    return {ALL: FITTED, DISTINCT: FITTED, SCENES: inputs.or_missing(score_baseline, name, pairs[SCENES])}


def _distinct(figures: Mapping[str, Any]) -> Figures:
    return {name: figures[f"{name}_distinct"] for name in GROUPS[DISTINCT]}


def _cells(outcomes: Outcomes, of_the_paper: Figures = NONE, notes: Mapping[str, str | None] = NONE) -> list[Cell]:
    """Return the cells of all groups; the paper's figures are of all pairs."""
    quoted = {ALL: of_the_paper}
    return [
        cell
        for group, names in GROUPS.items()
        for cell in make_cells(names, quoted.get(group, NONE), outcomes[group], notes.get(group))
    ]
