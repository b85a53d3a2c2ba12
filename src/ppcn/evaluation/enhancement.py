"""How near enhanced phone photos come to a DSLR's: ``ppcn evaluate enhancement``."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.data.pairs import Pair, find_pairs, match
from ppcn.errors import DataError
from ppcn.evaluation.trained_on import refuse_seen, seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read
from ppcn.metrics import ms_ssim, psnr, psnr_colour_fit

METRICS = {"psnr": psnr, "ms_ssim": ms_ssim, "psnr_colour_fit": psnr_colour_fit}

Picture = NDArray[np.float32]
Progress = Callable[[float], None]


@dataclass(frozen=True)
class EnhancementScores:
    """Means over all pairs, and over the ``n_distinct`` pairs whose two pictures differ (None where there are none)."""

    model: str
    n: int
    psnr: float
    ms_ssim: float
    psnr_colour_fit: float
    n_distinct: int
    psnr_distinct: float | None
    ms_ssim_distinct: float | None
    psnr_colour_fit_distinct: float | None
    n_trained_on: int = 0  # pairs that the network has seen in training: the mark of ``--force``

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints; ``n_trained_on`` only where it is not zero."""
        figures = asdict(self)
        if not self.n_trained_on:
            del figures["n_trained_on"]
        return figures


def score_model(
    enhance: Callable[[Picture], Picture],
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
    enhance: Callable[[Picture], Picture], name: str, pairs: Sequence[Pair], *, progress: Progress | None = None
) -> EnhancementScores:
    """Score an enhancer on pairs, without asking what it was trained on; other errors as ``score_model``."""
    return _score(name, pairs, lambda _, image: enhance(image), 0, progress)


def score_each(
    enhancers: Sequence[Callable[[Picture], Picture]], name: str, pairs: Sequence[Pair]
) -> EnhancementScores:
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
    output: Callable[[int, Picture], Picture],
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
        rows.append([metric(result, target) for metric in METRICS.values()])
        distinct.append(not np.array_equal(image, target))
        if progress:
            progress((number + 1) / len(pairs))
    scores = np.array(rows)
    return EnhancementScores(
        model=name,
        n=len(pairs),
        n_distinct=sum(distinct),
        n_trained_on=n_trained_on,
        **_means(scores, ""),
        **_means(scores[distinct], "_distinct"),
    )


def _picture(path: Path) -> Picture:
    return to_srgb(read(path))


def _same_size(image: Picture, what: str, target: Picture, goal: Path) -> None:
    if image.shape != target.shape:
        (height, width), (wanted_height, wanted_width) = image.shape[:2], target.shape[:2]
        raise DataError(f"{what} is {width}x{height} pixels, but {goal} is {wanted_width}x{wanted_height}.")


def _means(scores: NDArray[np.float64], suffix: str) -> dict[str, Any]:
    means = scores.mean(axis=0).tolist() if len(scores) else [None] * len(METRICS)
    return {f"{name}{suffix}": mean for name, mean in zip(METRICS, means, strict=True)}
