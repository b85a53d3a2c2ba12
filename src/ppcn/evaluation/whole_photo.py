"""Scores on whole photos: held-back photographs, degraded by the simulated phone (``ppcn evaluate whole-photo``)."""

from pathlib import Path

import numpy as np

from ppcn.data.photographs import HELD_OUT, held_out_pairs
from ppcn.evaluation import Progress
from ppcn.evaluation.scores import Run
from ppcn.metrics import ENHANCEMENT, score

WIDTH, DRAWS = 960, 2  # each of the twelve is degraded twice, at 960 pixels across


def whole_photo(model: Run, folder: Path, progress: Progress = lambda _share: None) -> dict[str, float]:
    """Score a model (HxWx3 in [0, 1] to the same) on the held-back photographs of ``folder``, degraded whole.

    Returns ``n``, the mean of each metric (``psnr``, ...) of the model's outputs against the originals, and the same of
    the degraded photos themselves, named ``degraded_...``. Seeds are fixed: the same model gives the same figures.
    ``progress`` is called with the share that is done. Raises DataError where a photograph is missing.
    """
    rows: list[dict[str, float]] = []
    for _, degraded, original in held_out_pairs(folder, WIDTH, DRAWS):
        before = score(ENHANCEMENT, degraded, original)
        after = score(ENHANCEMENT, model(degraded), original)
        rows.append(after | {f"degraded_{name}": value for name, value in before.items()})
        progress(len(rows) / (DRAWS * len(HELD_OUT)))
    return {"n": len(rows)} | {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
