"""How an enhancer does on whole photos: held-back photographs as the simulated phone would have taken them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from ppcn.arrays import Pixels as Photo
from ppcn.data.photographs import held_out_pairs as held_back_pairs
from ppcn.metrics import ms_ssim, psnr, psnr_colour_fit

WIDTH, DRAWS = 960, 2  # each of the twelve is degraded twice, at 960 pixels across
SHEET, SHOWN = 480, 5

Model = Callable[[Photo], Photo]


def whole_photo(model: Model, folder: Path) -> dict[str, float]:
    """Score a model (HxWx3 in [0, 1] to the same) on the held-back photographs of ``folder``, degraded whole.

    Returns ``n``, the means ``psnr``, ``ms_ssim`` and ``psnr_colour_fit`` of the model's outputs against the originals,
    and the same of the degraded photos themselves, named ``degraded_...``. Seeds are fixed: the same model gives the
    same figures. Raises DataError where a photograph is missing.
    """
    measures = {"psnr": psnr, "ms_ssim": ms_ssim, "psnr_colour_fit": psnr_colour_fit}
    rows: list[dict[str, float]] = []
    for _, degraded, original in held_back_pairs(folder, WIDTH, DRAWS):
        output = model(degraded)
        after = {name: measure(output, original) for name, measure in measures.items()}
        before = {f"degraded_{name}": measure(degraded, original) for name, measure in measures.items()}
        rows.append(after | before)
    return {"n": len(rows)} | {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def sheet(model: Model, folder: Path) -> Image.Image:
    """Return a picture of five held-back photographs: degraded, enhanced and original, side by side."""
    rows = []
    for k, (_, degraded, original) in enumerate(held_back_pairs(folder, WIDTH)):
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
