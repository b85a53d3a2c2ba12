"""Scores on pairs of a phone's and a DSLR's photos: ``ppcn evaluate enhancement``."""

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from itertools import repeat
from pathlib import Path
from typing import NamedTuple

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


def score_in_photos(
    enhance: Run,
    name: str,
    folder: Path,
    places: Path,
    photos: Path,
    *,
    trained_on: Collection[str] = (),
    force: bool = False,
    progress: Progress = lambda _share: None,
) -> Scores:
    """Score an enhancer on whole photos, at the places of which a folder of pairs has the camera's picture.

    ``places`` is a JSON file: by a pair's name, its photo (``scene``, the number at the end of a name in ``photos``)
    and the left upper corner in it, ``x`` and ``y``. Raises DataError and InputError as ``score_model`` does, and where
    ``places`` and the folders do not fit.
    """
    pairs, found = {pair[0].name: pair for pair in find_pairs(folder)}, _read_places(places)
    numbered = {match[1]: path for path in sorted(photos.iterdir()) if (match := re.search(r"(\d+)$", path.stem))}
    for pair, place in found.items():
        if pair not in pairs or str(place.scene) not in numbered:
            missing = f"{folder} has no pair {pair}" if pair not in pairs else f"{photos} has no photo {place.scene}"
            raise DataError(f"{missing}, which {places} names.")
    used = {place.scene: numbered[str(place.scene)] for place in found.values()}
    seen = seen_in_training([*used.values(), *(path for pair in found for path in pairs[pair])], trained_on)
    refuse_seen(name, seen, force=force)
    enhanced = {}
    for scene, path in used.items():
        enhanced[scene] = enhance(_picture(path))
        progress(len(enhanced) / len(used))
    cuts = [lambda image, place=place: _part(enhanced[place.scene], place, image) for place in found.values()]
    scores = score_pairs(cuts, name, [pairs[pair] for pair in found])
    return replace(scores, more=scores.more | mark(len(seen)))


def _part(photo: Pixels, place: "_Place", like: Pixels) -> Pixels:
    height, width = like.shape[:2]
    return photo[place.y : place.y + height, place.x : place.x + width]


class _Place(NamedTuple):
    scene: int
    x: int
    y: int


def _read_places(path: Path) -> dict[str, _Place]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        places = {name: _Place(*(int(entry[key]) for key in _Place._fields)) for name, entry in entries.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path} is no JSON file of places: each pair needs a scene, x and y.") from error
    if not places or min(min(place) for place in places.values()) < 0:
        raise DataError(f"{path} names no places, or some below 0.")
    return places


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
