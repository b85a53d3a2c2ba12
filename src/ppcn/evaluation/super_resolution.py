"""Scores of enlarged pictures against their originals: ``ppcn evaluate super-resolution``."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ppcn.arrays import Pixels
from ppcn.data.originals import find_originals, reduced, rounded, trimmed
from ppcn.errors import DataError
from ppcn.evaluation import Progress
from ppcn.evaluation.trained_on import refuse_seen, seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.pixels.resize import resize
from ppcn.images.read import read
from ppcn.metrics import CHALLENGE, SUPER_RESOLUTION, means, score

CHALLENGE_BORDER = 16
Enlarger = Callable[[Pixels], Pixels]


@dataclass(frozen=True)
class SuperResolutionScores:
    """The mean of each metric over ``n`` pictures. Metrics on Y are called ``psnr`` and ``ssim`` here."""

    model: str
    n: int
    means: Mapping[str, float]
    n_trained_on: int = 0  # pictures that the network has seen in training: the mark of ``--force``

    def as_dict(self) -> dict[str, Any]:
        """Return what ``--json`` prints; ``n_trained_on`` only where it is not zero."""
        trained_on = {"n_trained_on": self.n_trained_on} if self.n_trained_on else {}
        return {"model": self.model, "n": self.n, **self.means, **trained_on}


def score_super_resolution(
    enlarge: Enlarger | None,
    name: str,
    folder: Path,
    *,
    scale: int = 4,
    rgb: bool = False,
    trained_on: Collection[str] = (),
    force: bool = False,
    progress: Progress | None = None,
) -> SuperResolutionScores:
    """Score an enlarger (float32 HxWx3 in [0, 1] to ``scale`` times the size; None is bicubic) on originals.

    Each original loses the rows and columns beyond a multiple of ``scale``, is made small by MATLAB-like bicubic
    (rounded to 8 bits), enlarged, and rounded again. PSNR and SSIM are of Y, ``scale`` pixels of the border left out;
    with ``rgb`` they are PSNR and MS-SSIM of RGB, 16 pixels left out, the output not rounded, as in the challenge's
    released evaluation. Grey pictures count as RGB. Files named as low-resolution ones (``..._LR``, ``...x4``) are
    passed by. ``trained_on``, ``force`` and ``progress``: as for enhancement.

    Raises DataError for a folder without originals, one too small to be scored, an output of another size, and pictures
    seen in training; InputError for a picture that cannot be read.
    """
    originals = find_originals(folder)
    seen = seen_in_training(originals, trained_on)
    refuse_seen(name, seen, force=force)
    rows = []
    for number, path in enumerate(originals):
        _, figures = enlarge_original(enlarge, name, path, scale, rgb=rgb)
        rows.append(figures)
        if progress:
            progress((number + 1) / len(originals))
    return SuperResolutionScores(name, len(originals), means(rows), len(seen))


def enlarge_original(
    enlarge: Enlarger | None, name: str, path: Path, scale: int = 4, *, rgb: bool = False
) -> tuple[Pixels, dict[str, float]]:
    """Return what an enlarger makes of an original made small, and its scores by metric; as ``score_super_resolution``.

    Errors as there.
    """
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
