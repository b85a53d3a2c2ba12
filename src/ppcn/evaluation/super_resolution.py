"""Scores of enlarged pictures against their originals: ``ppcn evaluate super-resolution``."""

from collections.abc import Collection
from pathlib import Path

import numpy as np

from ppcn.arrays import Pixels
from ppcn.data.originals import find_originals, reduced, rounded, trimmed
from ppcn.errors import DataError
from ppcn.evaluation import Progress
from ppcn.evaluation.scores import Run, Scores
from ppcn.evaluation.trained_on import mark, refuse_seen, seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.pixels.resize import resize
from ppcn.images.read import read
from ppcn.metrics import CHALLENGE, SUPER_RESOLUTION, means, score

CHALLENGE_BORDER = 16


def score_super_resolution(
    enlarge: Run | None,
    name: str,
    folder: Path,
    *,
    scale: int = 4,
    rgb: bool = False,
    trained_on: Collection[str] = (),
    force: bool = False,
    progress: Progress = lambda _share: None,
) -> Scores:
    """Score an enlarger (to ``scale`` times the size; None is bicubic) on originals.

    Each original loses the rows and columns beyond a multiple of ``scale``, is made small by MATLAB-like bicubic
    (rounded to 8 bits), enlarged, and rounded again. PSNR and SSIM are of Y, ``scale`` pixels of the border left out;
    with ``rgb`` they are PSNR and MS-SSIM of RGB, 16 pixels left out, the output not rounded, as in the challenge's
    released evaluation. ``trained_on``, ``force`` and ``progress``: as for enhancement. Raises DataError for a folder
    without originals, one too small, an output of another size, and pictures seen in training; InputError for a picture
    that cannot be read.
    """
    originals = find_originals(folder)
    seen = seen_in_training(originals, trained_on)
    refuse_seen(name, seen, force=force)
    rows = []
    for path in originals:
        rows.append(enlarge_original(enlarge, name, path, scale, rgb=rgb)[1])
        progress(len(rows) / len(originals))
    return Scores(name, len(originals), means(rows), mark(len(seen)))


def enlarge_original(
    enlarge: Run | None, name: str, path: Path, scale: int = 4, *, rgb: bool = False
) -> tuple[Pixels, dict[str, float]]:
    """Return what becomes of one original, and its scores by metric: see ``score_super_resolution``."""
    protocol, shave = (CHALLENGE, CHALLENGE_BORDER) if rgb else (SUPER_RESOLUTION, scale)
    target = read_original(path, scale)
    height, width = target.shape[:2]
    if min(height, width) <= 2 * shave:
        raise DataError(f"{path} is {width}x{height} pixels, too small to be scored at {scale} times.")
    small = reduced(target, scale)
    output = enlarge(small) if enlarge else resize(small, height, width)
    if output.shape != target.shape:
        raise DataError(
            f"What {name} makes of {path}, made {scale} times smaller, is {output.shape[1]}x{output.shape[0]} "
            f"pixels, but {width}x{height} were wanted: does it enlarge {scale} times?"
        )
    output = output.astype(np.float32) if rgb else rounded(output)
    inner = np.s_[shave : height - shave, shave : width - shave]
    scores = score(protocol, output[inner], target[inner])
    return output, {name.removesuffix("_y"): value for name, value in scores.items()}


def read_original(path: Path, scale: int) -> Pixels:
    """Read a picture, without the rows and columns beyond a multiple of the scale."""
    return trimmed(to_srgb(read(path)), scale)
