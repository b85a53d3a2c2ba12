"""Figures 5 and 6: pictures made small and enlarged four times."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from ppcn.errors import DataError
from ppcn.evaluation.reproduce.benchmarks import find_benchmark
from ppcn.evaluation.reproduce.cells import Missing, attempt, make_cells
from ppcn.evaluation.reproduce.contenders import Contender, Run
from ppcn.evaluation.reproduce.enlargers import (
    BICUBIC,
    FSRCNN,
    PPCN,
    SCALE,
    SRCNN,
    VDSR,
    Enlarger,
    our_enlargers,
)
from ppcn.evaluation.reproduce.gallery import Gallery, Region, Shown, encoded
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.published import PublishedRow, paper, published
from ppcn.evaluation.reproduce.scoring import Pictures, gather, score
from ppcn.evaluation.super_resolution import enlarge_original, read_original

VERSION = "enlarged picture, version 1"  # part of what results are kept by: change it with the protocol
FIGURES = ("psnr", "ssim")
CAPTION = "{} of {}, made small and enlarged four times; PSNR in dB and SSIM on Y of the whole picture."


@dataclass(frozen=True)
class Plan:
    """A figure: the picture, by its benchmark and name, and the region that is shown large."""

    name: str
    benchmark: str
    picture: str
    region: Region


def make(inputs: Inputs, plan: Plan) -> Gallery:
    """Enlarge the picture with all that can be had."""
    picture = attempt(_picture, inputs, plan)
    shown = [_original(plan, picture)]
    for entry in (BICUBIC, SRCNN, FSRCNN, VDSR, PPCN, *our_enlargers(inputs)):
        shown.append(_shown(inputs, plan, entry, picture))
    number = plan.name.removeprefix("figure")
    title = f"Figure {number}: super-resolution of a picture of {plan.benchmark}"
    return Gallery(plan.name, title, paper(), CAPTION.format(plan.picture, plan.benchmark), plan.region, shown)


def _picture(inputs: Inputs, plan: Plan) -> Pictures:
    folder = find_benchmark(inputs, plan.benchmark)
    names = sorted(
        path for path in folder.glob(f"{plan.picture}*") if path.stem in (plan.picture, f"{plan.picture}_HR")
    )
    if not names:
        raise DataError(f"{folder} has no {plan.picture}.")
    return gather(plan.picture, names[:1])


def _original(plan: Plan, picture: Pictures | Missing) -> Shown:
    if isinstance(picture, Missing):
        return Shown("HR", missing=picture.reason)
    images = encoded(read_original(picture.files[0], SCALE), plan.region, lossless=True)
    return Shown("HR", images["whole"], images["crop"])


def _shown(inputs: Inputs, plan: Plan, entry: Enlarger, picture: Pictures | Missing) -> Shown:
    def result(contender: Contender, picture: Pictures) -> dict[str, Any]:
        def compute(run: Run) -> dict[str, Any]:
            inputs.progress(f"{entry.label} on {plan.picture}", 0)
            output, figures = enlarge_original(run, entry.label, picture.files[0], SCALE)
            return dict(zip(FIGURES, figures, strict=True)) | encoded(output, plan.region, lossless=True)

        return score(inputs.cache, f"{VERSION}, {plan.region}", contender, picture, compute)

    outcome = attempt(result, attempt(entry.contender, inputs), picture)
    quoted = published(plan.name).get(entry.label, PublishedRow()).group("picture")
    cells = make_cells(FIGURES, quoted, outcome)
    if isinstance(outcome, Missing):
        return Shown(entry.label, missing=outcome.reason, cells=cells)
    return Shown(entry.label, outcome["whole"], outcome["crop"], cells=cells)


figure5 = partial(make, plan=Plan("figure5", "Urban100", "img_090", Region(0.4, 0.4, 0.2, 0.2)))
figure6 = partial(make, plan=Plan("figure6", "B100", "img_063", Region(0.68, 0.47, 0.25, 0.17)))
