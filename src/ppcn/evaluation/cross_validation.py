"""Cross-validated scores, each pair's by a network that never saw it: ``ppcn evaluate enhancement --folds``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ppcn import load_model
from ppcn.data.paired import pairs_of_folds
from ppcn.data.pairs import Pair
from ppcn.errors import DataError
from ppcn.evaluation import Progress
from ppcn.evaluation.enhancement import score_pairs
from ppcn.evaluation.trained_on import seen_in_training
from ppcn.metrics import ENHANCEMENT, metrics_of
from ppcn.registry import read_digests


@dataclass(frozen=True)
class FoldScores:
    """Means over the pairs of one fold, made by the network that was trained on the others."""

    fold: int
    n: int
    means: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return the fold's entry in what ``--json`` prints."""
        return {"fold": self.fold, "n": self.n, **self.means}


@dataclass(frozen=True)
class CrossValidation:
    """Means over the pairs of all folds, and of each."""

    model: str
    n: int
    means: Mapping[str, float]
    folds: Sequence[FoldScores]

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        folds = [fold.as_dict() for fold in self.folds]
        return {"model": self.model, "n": self.n, **self.means, "folds": folds}


def cross_validate(
    run: Path, folder: Path, provider: str = "cpu", progress: Progress = lambda _share: None
) -> CrossValidation:
    """Score every pair of a folder by a network that never saw its scene: those of fold k by that of ``run/fold-k``.

    Pairs in no fold of the folder's ``scenes.json``, and identical ones, are left out. ``progress`` is called with the
    share that is done. Raises DataError, before anything is scored, where a fold has not one network with the list of
    what it was trained on (``trained-on.txt``), or that list has a picture of the fold; other errors as ``score_model``
    and ``ppcn.load_model``.
    """
    folds = pairs_of_folds(folder)
    weights = {fold: _weights(run / f"fold-{fold}") for fold in folds}
    for fold, pairs in folds.items():
        _refuse_seen(run / f"fold-{fold}", pairs)
    total = sum(map(len, folds.values()))
    rows: list[FoldScores] = []
    for fold, pairs in folds.items():
        name, done = str(weights[fold]), sum(row.n for row in rows)
        part = partial(_part, progress, done / total, len(pairs) / total)
        scores = score_pairs(load_model(name, provider), name, pairs, progress=part)
        rows.append(FoldScores(fold, scores.n, scores.means))
    means = {name: sum(row.n * row.means[name] for row in rows) / total for name in metrics_of(ENHANCEMENT)}
    return CrossValidation(str(run), total, means, rows)


def _part(progress: Progress, before: float, part: float, share: float) -> None:
    """Tell the share of all that is done when ``share`` of a part is, after what was done before it."""
    progress(before + part * share)


def _weights(fold: Path) -> Path:
    """Return the file of a fold's final weights: neither the checkpoint nor NETWORK.best.safetensors."""
    found = [path for path in fold.glob("*.safetensors") if path.stem != "checkpoint" and "." not in path.stem]
    if len(found) != 1:
        raise DataError(
            f"{fold} holds {len(found) or 'no'} networks, but should hold one: train the folds with ppcn train --folds."
        )
    return found[0]


def _refuse_seen(fold: Path, pairs: Sequence[Pair]) -> None:
    """Raise DataError if a fold's network has seen one of these pictures, or nothing tells what it has seen."""
    listed = fold / "trained-on.txt"
    if not listed.is_file():
        raise DataError(
            f"There is no {listed}: without it, nothing tells whether the network has seen the pictures that it is to "
            "be scored on."
        )
    seen = seen_in_training((path for pair in pairs for path in pair), read_digests(listed))
    if seen:
        raise DataError(
            f"The network in {fold} was trained on {len(seen)} of the pictures that it is to be scored on, {min(seen)} "
            "for one: train the folds with ppcn train --folds."
        )
