"""Scores on the pairs of table 3, kept once they are made."""

from collections import Counter
from functools import partial
from typing import Any

from ppcn.evaluation.enhancement import score_each, score_pairs
from ppcn.evaluation.reproduce.contenders import Contender, Run
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.pair_sets import PairSet
from ppcn.evaluation.reproduce.scoring import score
from ppcn.evaluation.yardsticks import yardsticks
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read

VERSION = "enhancement, RGB, version 1"  # part of what results are kept by: change it with the protocol


def score_contender(inputs: Inputs, contender: Contender, pairs: PairSet) -> dict[str, Any]:
    """Return what ``ppcn evaluate enhancement --json`` prints; errors as ``scoring.score`` and ``score_pairs``."""

    def compute(run: Run) -> dict[str, Any]:
        progress = partial(inputs.progress, f"{contender.name} on {pairs.pictures.name}")
        return score_pairs(run, contender.name, pairs.pairs, progress=progress).as_dict()

    return score(inputs.cache, VERSION, contender, pairs.pictures, compute)


def score_fitted(inputs: Inputs, name: str, pairs: PairSet) -> dict[str, Any]:
    """Return the same of a yardstick, fitted for each fold on the pairs of all others."""

    def compute() -> dict[str, Any]:
        inputs.progress(f"{name} on {pairs.pictures.name}", 0)
        pictures = [(to_srgb(read(phone)), to_srgb(read(camera))) for phone, camera in pairs.pairs]
        return score_each(yardsticks(pictures, pairs.folds)[name], name, pairs.pairs).as_dict()

    # Pairs lie fold by fold: the sizes of the folds tell which is in which.
    network = f"{name}, fitted on the other folds, of {dict(Counter(pairs.folds))} pairs"
    return inputs.cache.get({"protocol": VERSION, "network": network, "pictures": pairs.pictures.digest}, compute)
