"""Table 3: enhancement of DPED's test pairs."""

from collections.abc import Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from ppcn.evaluation.reproduce.cells import METRICS, Cell, Figures, Missing, attempt, make_cells
from ppcn.evaluation.reproduce.contenders import Contender, plain, released, shipped
from ppcn.evaluation.reproduce.enhancers import IN_TABLE_3, Enhancer, enhancer_kinds, our_enhancers
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.pair_scores import score_contender, score_fitted
from ppcn.evaluation.reproduce.pair_sets import PairSet, all_pairs, pairs_of_known_scenes
from ppcn.evaluation.reproduce.plots import make_plots
from ppcn.evaluation.reproduce.published import paper, published
from ppcn.evaluation.reproduce.scoring import incomplete
from ppcn.evaluation.reproduce.tables import Column, Row, Table
from ppcn.evaluation.reproduce.times import AGAINST, COLUMNS, Times, measure_times, protocol, quoted_times, time_cells
from ppcn.evaluation.yardsticks import DEGREES, FIXED
from ppcn.registry import Card

PAIRS = 400  # that the paper's figures are of
ALL, DISTINCT, SCENES = "All pairs", "Distinct pairs", "Pairs of known scenes"
GROUPS = {
    ALL: ("psnr", "ms_ssim"),
    DISTINCT: ("psnr", "ms_ssim", "psnr_colour_fit"),
    SCENES: ("psnr", "ms_ssim", "psnr_colour_fit"),
}
PROTOCOL = (
    "Means over pairs of PSNR in dB on RGB and of MS-SSIM, of the output clipped to [0, 1], not rounded. The paper's "
    "figures are of all 400 pairs. Distinct: the two pictures of a pair differ. Of known scenes: distinct, and in a "
    "fold of scenes.json. Colour alone: what no network is needed for."
)
FITTED = "It is fitted on the pairs of the other folds, so it has figures on pairs of known scenes only."
NO_NETWORK = Missing("There is no network here that could be timed.")
CROSS_VALIDATED = "Cross-validated, from the card: each of {n} pairs by the network that never saw its scene."
NONE: Mapping[str, Any] = MappingProxyType({})


class Pairs(NamedTuple):
    """Both sets of pairs, or why there is none."""

    all: PairSet | Missing
    scenes: PairSet | Missing


Outcomes = dict[str, Figures | Missing]  # by group


def make(inputs: Inputs) -> Table:
    """Score all that can be had."""
    pairs = Pairs(attempt(all_pairs, inputs), attempt(pairs_of_known_scenes, inputs))
    times = attempt(measure_times, inputs, enhancer_kinds(inputs))
    rows = [
        *(_in_the_paper(inputs, entry, pairs, times) for entry in IN_TABLE_3),
        *(_ours(inputs, card, pairs, times) for card in our_enhancers(inputs)),
        *(_colour_alone(name, _scores(inputs, plain(name, run), pairs)) for name, run in FIXED.items()),
        *(_colour_alone(f"{name}, fitted", _fitted(inputs, name, pairs)) for name in DEGREES),
    ]
    columns = [*(Column(group, METRICS[name]) for group, names in GROUPS.items() for name in names), *COLUMNS]
    plots = make_plots(rows, columns, f"{ALL} PSNR", AGAINST)
    counts = f"Here are {_count(pairs.all)} pairs, {_count(pairs.scenes)} of them of known scenes."
    text = " ".join((PROTOCOL, counts, protocol()))
    return Table("table3", "Table 3: enhancement of DPED's test pairs", paper(), text, columns, rows, plots)


def _count(pairs: PairSet | Missing) -> str:
    return "no" if isinstance(pairs, Missing) else str(len(pairs.pairs))


def _in_the_paper(inputs: Inputs, entry: Enhancer, pairs: Pairs, times: Times | Missing) -> Row:
    name = entry.row or entry.label
    quoted = quoted_times("table3", name, "all")
    outcomes = _scores(inputs, attempt(released, inputs, entry.checkpoint), pairs)
    note = None if isinstance(pairs.all, Missing) else incomplete(len(pairs.all.pairs), PAIRS)
    cells = _cells(outcomes, quoted, notes={ALL: note}) + time_cells(times, entry.kind, quoted)
    return Row("In the paper", entry.label, cells, entry.note, published("table3")[name].source)


def _ours(inputs: Inputs, card: Card, pairs: Pairs, times: Times | Missing) -> Row:
    """Return the row of a network of ours; where it may not be scored, its card's cross-validated figures stand."""
    outcomes, note = _scores(inputs, attempt(shipped, card), pairs), None
    validated = card.facts.get("figures", {}).get("cross_validated")
    if validated and isinstance(outcomes[SCENES], Missing):
        outcomes, note = outcomes | {SCENES: validated}, CROSS_VALIDATED.format(n=validated["n"])
    cells = _cells(outcomes, notes={SCENES: note}) + time_cells(times, card.facts.get("network"), NONE)
    return Row("Ours", card.name, cells, card.note)


def _colour_alone(label: str, outcomes: Outcomes) -> Row:
    return Row("Colour alone", label, _cells(outcomes) + time_cells(NO_NETWORK, None, NONE))


def _scores(inputs: Inputs, contender: Contender | Missing, pairs: Pairs) -> Outcomes:
    overall = attempt(score_contender, inputs, contender, pairs.all)
    scenes = attempt(score_contender, inputs, contender, pairs.scenes)
    return {ALL: overall, DISTINCT: attempt(_distinct, overall), SCENES: scenes}


def _fitted(inputs: Inputs, name: str, pairs: Pairs) -> Outcomes:
    absent = Missing(FITTED)
    return {ALL: absent, DISTINCT: absent, SCENES: attempt(score_fitted, inputs, name, pairs.scenes)}


def _distinct(figures: Mapping[str, Any]) -> Figures:
    return {name: figures[f"{name}_distinct"] for name in GROUPS[DISTINCT]}


def _cells(outcomes: Outcomes, of_the_paper: Figures = NONE, notes: Mapping[str, str | None] = NONE) -> list[Cell]:
    """Return the cells of all groups; the paper's figures are of all pairs."""
    quoted = {ALL: of_the_paper}
    groups = (make_cells(GROUPS[g], quoted.get(g, NONE), outcomes[g], notes.get(g)) for g in GROUPS)
    return list(chain.from_iterable(groups))
