"""Scores on pairs of a phone's and a DSLR's photos: ``ppcn evaluate enhancement``."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ppcn.arrays import Pixels
from ppcn.data.pairs import Pair, find_pairs, match
from ppcn.errors import DataError
from ppcn.evaluation import Progress
from ppcn.evaluation.trained_on import refuse_seen, seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read
from ppcn.metrics import ENHANCEMENT, means, metrics_of, score

Enhancer = Callable[[Pixels], Pixels]


@dataclass(frozen=True)
class EnhancementScores:
    """Mean of each metric over all pairs, and over those whose two pictures differ (None where there are none)."""

    model: str
    n: int
    means: Mapping[str, float]
    n_distinct: int
    means_distinct: Mapping[str, float | None]
    n_trained_on: int = 0  # pairs that the network has seen in training: the mark of ``--force``

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints; ``n_trained_on`` only where it is not zero."""
        distinct = {f"{name}_distinct": mean for name, mean in self.means_distinct.items()}
        trained_on = {"n_trained_on": self.n_trained_on} if self.n_trained_on else {}
        return {"model": self.model, "n": self.n, **self.means, "n_distinct": self.n_distinct, **distinct, **trained_on}


def score_model(
    enhance: Enhancer,
    name: str,
    folder: Path,
    *,
    trained_on: Collection[str] = (),
    force: bool = False,
    progress: Progress | None = None,
) -> EnhancementScores:
    """Score an enhancer (float32 HxWx3 in [0, 1] to the same size) on a folder of pairs.

    ``trained_on`` are the sha256 of its training files: pictures among them are refused, or with ``force`` counted in
    the row. ``progress`` is called with the share that is done. Raises DataError for a folder of another layout, pairs
    that do not match, and pictures seen in training; InputError for a picture that cannot be read.
    """
    pairs = find_pairs(folder)
    seen = seen_in_training((path for pair in pairs for path in pair), trained_on)
    refuse_seen(name, seen, force=force)
    n_seen = sum(not seen.isdisjoint(pair) for pair in pairs)
    return _score(name, pairs, lambda _, image: enhance(image), n_seen, progress)


def score_pairs(
    enhance: Enhancer, name: str, pairs: Sequence[Pair], *, progress: Progress | None = None
) -> EnhancementScores:
    """Score an enhancer on pairs, without asking what it was trained on; other errors as ``score_model``."""
    return _score(name, pairs, lambda _, image: enhance(image), 0, progress)


def score_each(enhancers: Sequence[Enhancer], name: str, pairs: Sequence[Pair]) -> EnhancementScores:
    """Score as ``score_pairs``, with an enhancer for each pair."""
    return _score(name, pairs, lambda number, image: enhancers[number](image), 0, None)


def score_outputs(outputs: Path, folder: Path, *, progress: Progress | None = None) -> EnhancementScores:
    """Score finished pictures, one for each pair, by the pair's name (of any image type); errors as ``score_model``."""
    pairs = find_pairs(folder)
    finished = [output for output, _ in match(outputs, pairs[0][1].parent)]
    return _score(str(outputs), pairs, lambda number, _: _picture(finished[number]), 0, progress)


def _score(
    name: str,
    pairs: Sequence[Pair],
    output: Callable[[int, Pixels], Pixels],
    n_trained_on: int,
    progress: Progress | None,
) -> EnhancementScores:
    """Score ``output(number of the pair, input)`` against each pair's target."""
    rows, distinct = [], []
    for number, (source, goal) in enumerate(pairs):
        image, target = _picture(source), _picture(goal)
        _same_size(image, f"{source}", target, goal)
        result = output(number, image)
        _same_size(result, f"What {name} makes of {source}", target, goal)
        rows.append(score(ENHANCEMENT, result, target))
        if not np.array_equal(image, target):
            distinct.append(rows[-1])
        if progress:
            progress((number + 1) / len(pairs))
    none = dict.fromkeys(metrics_of(ENHANCEMENT))
    return EnhancementScores(
        name, len(rows), means(rows), len(distinct), means(distinct) if distinct else none, n_trained_on
    )


def _picture(path: Path) -> Pixels:
    return to_srgb(read(path))


def _same_size(image: Pixels, what: str, target: Pixels, goal: Path) -> None:
    if image.shape != target.shape:
        (height, width), (wanted_height, wanted_width) = image.shape[:2], target.shape[:2]
        raise DataError(f"{what} is {width}x{height} pixels, but {goal} is {wanted_width}x{wanted_height}.")
