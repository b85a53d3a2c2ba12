"""Cross-validated scores, each pair's by a network that never saw it: ``ppcn evaluate enhancement --folds``."""

from collections.abc import Sequence
from functools import partial
from itertools import repeat
from pathlib import Path
from typing import Any

from ppcn import load_model
from ppcn.data.paired import pairs_of_folds
from ppcn.data.pairs import Pair
from ppcn.errors import DataError
from ppcn.evaluation import Progress
from ppcn.evaluation.enhancement import score_pairs
from ppcn.evaluation.scores import Scores
from ppcn.evaluation.trained_on import seen_in_training
from ppcn.metrics import ENHANCEMENT, metrics_of
from ppcn.registry import read_digests


def cross_validate(run: Path, folder: Path, provider: str = "cpu", progress: Progress = lambda _share: None) -> Scores:
    """Score every pair of a folder by a network that never saw its scene: those of fold k by that of ``run/fold-k``.

    Identical pairs and those in no fold of ``scenes.json`` are left out. ``progress`` is called with the share done.
    Raises DataError first where a fold has not one network with its ``trained-on.txt``, or that lists a picture of the
    fold; other errors as ``score_model`` and ``ppcn.load_model``.
    """
    folds = pairs_of_folds(folder)
    weights = {fold: _weights(run / f"fold-{fold}") for fold in folds}
    for fold, pairs in folds.items():
        _refuse_seen(run / f"fold-{fold}", pairs)
    total = sum(map(len, folds.values()))
    rows: list[dict[str, Any]] = []
    for fold, pairs in folds.items():
        name, done = str(weights[fold]), sum(row["n"] for row in rows)
        part = partial(_part, progress, done / total, len(pairs) / total)
        scores = score_pairs(repeat(load_model(name, provider)), name, pairs, part)
        rows.append({"fold": fold, "n": scores.n, **scores.means})
    means = {name: sum(row["n"] * row[name] for row in rows) / total for name in metrics_of(ENHANCEMENT)}
    return Scores(str(run), total, means, {"folds": rows})


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
