"""Scores on whole photos: held-back photographs, degraded by the simulated phone (``ppcn evaluate whole-photo``)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from ppcn.arrays import Pixels
from ppcn.data.photographs import held_out, held_out_pairs
from ppcn.evaluation import Progress
from ppcn.metrics import ENHANCEMENT, score

WIDTH, DRAWS = 960, 2  # each of the twelve is degraded twice, at 960 pixels across
SHEET, SHOWN = 480, 5

Model = Callable[[Pixels], Pixels]


def whole_photo(model: Model, folder: Path, progress: Progress = lambda _share: None) -> dict[str, float]:
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
        progress(len(rows) / (DRAWS * len(held_out())))
    return {"n": len(rows)} | {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def sheet(model: Model, folder: Path) -> Image.Image:
    """Return a picture of five held-back photographs: degraded, enhanced and original, side by side."""
    rows = []
    for k, (_, degraded, original) in enumerate(held_out_pairs(folder, WIDTH)):
        if k == SHOWN:
            break
        row = np.concatenate([degraded, model(degraded), original], axis=1)
        image = Image.fromarray((row.clip(0, 1) * 255 + 0.5).astype(np.uint8))
        rows.append(image.resize((3 * SHEET, round(image.height * 3 * SHEET / image.width)), Image.Resampling.LANCZOS))
    page = Image.new("RGB", (3 * SHEET, sum(row.height for row in rows)))
    top = 0
    for row in rows:
        page.paste(row, (0, top))
        top += row.height
    return page
