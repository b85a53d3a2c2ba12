"""Scores on pairs of a phone's and a DSLR's photos: ``ppcn evaluate enhancement``."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np

from ppcn.arrays import Pixels
from ppcn.data.pairs import Pair, find_pairs, match
from ppcn.errors import DataError
from ppcn.evaluation import Progress
from ppcn.evaluation.scores import Run, Scores
from ppcn.evaluation.trained_on import mark, refuse_seen, seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read
from ppcn.metrics import ENHANCEMENT, means, metrics_of, score


def score_model(
    enhance: Run,
    name: str,
    folder: Path,
    *,
    trained_on: Collection[str] = (),
    force: bool = False,
    progress: Progress = lambda _share: None,
) -> Scores:
    """Score an enhancer on a folder of pairs, as ``score_pairs`` does.

    ``trained_on`` are the sha256 of its training files: pictures among them are refused, or with ``force`` counted in
    ``n_trained_on``. Raises DataError for a folder of another layout and for pictures seen in training, too.
    """
    pairs = find_pairs(folder)
    seen = seen_in_training((path for pair in pairs for path in pair), trained_on)
    refuse_seen(name, seen, force=force)
    scores = score_pairs(repeat(enhance), name, pairs, progress)
    return replace(scores, more=scores.more | mark(sum(not seen.isdisjoint(pair) for pair in pairs)))


def score_outputs(outputs: Path, folder: Path, *, progress: Progress = lambda _share: None) -> Scores:
    """Score finished pictures, one for each pair, by the pair's name (of any image type); errors as ``score_model``."""
    pairs = find_pairs(folder)
    finished = [output for output, _ in match(outputs, pairs[0][1].parent)]
    return score_pairs((lambda _, path=path: _picture(path) for path in finished), str(outputs), pairs, progress)


def score_pairs(
    enhancers: Iterable[Run], name: str, pairs: Sequence[Pair], progress: Progress = lambda _share: None
) -> Scores:
    """Score enhancers, one for each pair: the mean of each metric, over all pairs and over the distinct ones.

    A pair is distinct if its two pictures differ; where none is, those means are None. ``progress`` is called with the
    share that is done. Raises DataError for pictures whose sizes differ, InputError for one that cannot be read.
    """
    rows, distinct = [], []
    for (source, goal), enhance in zip(pairs, enhancers, strict=False):
        image, target = _picture(source), _picture(goal)
        _same_size(image, f"{source}", target, goal)
        result = enhance(image)
        _same_size(result, f"What {name} makes of {source}", target, goal)
        rows.append(score(ENHANCEMENT, result, target))
        if not np.array_equal(image, target):
            distinct.append(rows[-1])
        progress(len(rows) / len(pairs))
    of_distinct = means(distinct) if distinct else dict.fromkeys(metrics_of(ENHANCEMENT))
    more = {"n_distinct": len(distinct)} | {f"{metric}_distinct": mean for metric, mean in of_distinct.items()}
    return Scores(name, len(rows), means(rows), more)


def _picture(path: Path) -> Pixels:
    return to_srgb(read(path))


def _same_size(image: Pixels, what: str, target: Pixels, goal: Path) -> None:
    if image.shape != target.shape:
        (height, width), (wanted_height, wanted_width) = image.shape[:2], target.shape[:2]
        raise DataError(f"{what} is {width}x{height} pixels, but {goal} is {wanted_width}x{wanted_height}.")
