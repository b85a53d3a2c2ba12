"""Scores on whole photos: held-back photographs, degraded by simulated cameras (``ppcn evaluate whole-photo``)."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

import numpy as np

from ppcn.arrays import Pixels
from ppcn.cores import cores
from ppcn.data import photographs
from ppcn.data.cameras import CAMERAS, GENTLE
from ppcn.data.originals import find_originals
from ppcn.data.photographs import HELD_OUT, held_out_pairs
from ppcn.evaluation import Progress
from ppcn.evaluation.scores import Run
from ppcn.metrics import ENHANCEMENT, metrics_of, psnr
from ppcn.metrics.ciede2000 import ciede2000
from ppcn.metrics.flat_noise import flat_noise
from ppcn.metrics.liveliness import liveliness_of_colour, liveliness_of_contrast

WIDTH, DRAWS = 960, 2  # each of the twelve is degraded twice, at 960 pixels across
FAMILY_WIDTH = 640  # of the other held-back photographs
VERSION = 2  # of the family of cameras: other steps or ranges need another one
CAPPED = 60.0  # dB, of a photo that is left as it is

COLUMNS: dict[str, Callable[[Pixels, Pixels], float]] = {
    **{name: metric.function for name, metric in metrics_of(ENHANCEMENT).items()},
    "ciede2000": ciede2000,
    "colour": liveliness_of_colour,
    "contrast": liveliness_of_contrast,
    "noise": flat_noise,
}


_Row = dict[str, float]


def whole_photo(model: Run, folders: Sequence[Path], progress: Progress = lambda _share: None) -> dict[str, Any]:
    """Score a model (HxWx3 in [0, 1] to the same, in several threads) on held-back photographs, degraded whole.

    The first folder has the twelve, which ``phone-2009`` degrades twice: ``n``, the mean of each of ``COLUMNS`` of the
    model's outputs against the originals, and the same of the degraded photos themselves, named ``degraded_...``.
    ``cameras`` has the columns for each simulated camera on the other held-back photographs of all folders; dark, pale
    and grey ones are degraded by those alone that keep tones. ``leave_alone`` is the mean PSNR of what the model makes
    of the originals, each at most 60 dB. Seeds are fixed: the same model gives the same figures. ``progress`` is called
    with the share that is done. Raises DataError where a photograph is missing.
    """
    twelve: list[_Row] = []
    for _, degraded, original in held_out_pairs(folders[0], WIDTH, DRAWS):
        twelve.append(_row(model, degraded, original))
        twelve[-1] |= {f"degraded_{name}": function(degraded, original) for name, function in COLUMNS.items()}
        progress(len(twelve) / (2 * DRAWS * len(HELD_OUT)))
    figures = _means(twelve)
    others = [path for folder in folders for path in find_originals(folder) if _is_of_the_family(path)]
    cameras: dict[str, list[_Row]] = {}
    alone: list[float] = []
    with ThreadPool(cores()) as pool:
        for rows, same in pool.imap(partial(_score, model), others):
            for camera, row in rows.items():
                cameras.setdefault(camera, []).append(row)
            alone.append(same)
            progress(0.5 + len(alone) / (2 * len(others)))
    if others:
        figures["leave_alone"] = float(np.mean(alone))
        figures["cameras"] = [{"camera": name} | _means(cameras[name]) for name in CAMERAS if name in cameras]
    return figures


def _score(model: Run, path: Path) -> tuple[dict[str, _Row], float]:
    """Return the scores on a photograph as each camera would have taken it, and the PSNR of what it becomes itself."""
    original = photographs.reduced(photographs.read(path), FAMILY_WIDTH)
    rows = {camera: _row(model, degraded, original) for camera, degraded in _degraded(path.stem, original)}
    return rows, min(CAPPED, psnr(model(original), original))


def _is_of_the_family(path: Path) -> bool:
    return photographs.is_held_back(path) and path.name not in HELD_OUT


def _degraded(name: str, original: Pixels) -> Iterator[tuple[str, Pixels]]:
    """Yield a photograph as each camera would have taken it; the seed depends on its name, and not on other photos."""
    names = [camera for camera in CAMERAS if camera != "undamaged"]
    for camera in names if photographs.well_exposed(original) else [each for each in names if each in GENTLE]:
        digest = hashlib.sha256(f"{VERSION} {camera} {name}".encode()).digest()
        yield camera, CAMERAS[camera](original, np.random.default_rng(list(digest)))


def _row(model: Run, degraded: Pixels, original: Pixels) -> _Row:
    output = model(degraded)
    return {name: function(output, original) for name, function in COLUMNS.items()}


def _means(rows: Sequence[_Row]) -> dict[str, Any]:
    """Return how many, and the mean of each column, without those that are NaN: liveliness of photos without colour."""
    return {"n": len(rows)} | {name: float(np.nanmean([row[name] for row in rows])) for name in rows[0]}
