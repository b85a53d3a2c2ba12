"""Figures 1 and 5 to 10: what the methods make of one picture, side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ppcn.evaluation.reproduce.datasets import Pictures, all_pairs, original, photo
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.methods import SCALE, Entry, Method, Run, plain
from ppcn.evaluation.reproduce.parts.enhancement import DPED, STUDENT, TEACHER, TRACKS_BC, WITHOUT_KD, our_enhancers
from ppcn.evaluation.reproduce.parts.super_resolution import IN_TABLE_1, our_enlargers
from ppcn.evaluation.reproduce.published import PublishedRow, paper, published
from ppcn.evaluation.reproduce.report.cells import Missing, make_cells
from ppcn.evaluation.reproduce.report.gallery import Gallery, Region, Shown, encoded
from ppcn.evaluation.reproduce.scores import names_of, score
from ppcn.evaluation.super_resolution import enlarge_original, read_original
from ppcn.evaluation.trained_on import seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read
from ppcn.metrics import SUPER_RESOLUTION

ENHANCED, ENLARGED = "enhanced photo, version 1", "enlarged picture, version 1"  # change them with the protocols
ENLARGING = "{} of {}, made small and enlarged four times; PSNR in dB and SSIM on Y of the whole picture."
PATCHES = "It was trained on patches of DPED's test photographs: this one may be among them."
UNTOUCHED = Entry("iPhone", lambda _: plain("untouched", lambda picture: picture))


@dataclass(frozen=True)
class Figure:
    """A figure: its number and title, its picture, the region that is shown large, and the released methods."""

    number: int
    title: str
    picture: str
    region: Region
    entries: Sequence[Entry]
    caption: str
    benchmark: str = ""

    def gallery(self, shown: Sequence[Shown]) -> Gallery:
        """Return the figure with its pictures."""
        name, title = f"figure{self.number}", f"Figure {self.number}: {self.title}"
        return Gallery(name, title, paper(), self.caption, self.region, shown)


def enhanced(figure: Figure, inputs: Inputs) -> Gallery:
    """Enhance the photo with all networks that can be had."""
    picture = inputs.or_missing(photo, figure.picture)

    def compute(run: Run, picture: Pictures) -> dict[str, Any]:
        return encoded(run(to_srgb(read(picture.files[0]))), figure.region)

    shown = []
    for entry in (UNTOUCHED, *figure.entries, *our_enhancers(inputs)):
        method = inputs.or_missing(entry.find)
        known = entry.card and inputs.or_missing(_knows_the_pairs, method)
        outcome = inputs.or_missing(_result, figure, ENHANCED, (), entry, compute, method, picture)
        shown.append(_shown(entry.label, outcome, note=PATCHES if known is True else None))
    return figure.gallery(shown)


def enlarged(figure: Figure, inputs: Inputs) -> Gallery:
    """Enlarge the picture with all that can be had."""
    picture, names = inputs.or_missing(original, figure.benchmark, figure.picture), names_of(SUPER_RESOLUTION)

    def compute(run: Run, picture: Pictures, label: str = "") -> dict[str, Any]:
        output, figures = enlarge_original(run, label, picture.files[0], SCALE)
        return figures | encoded(output, figure.region, lossless=True)

    shown = [_shown("HR", inputs.or_missing(_whole, figure, picture))]
    for entry in (*IN_TABLE_1, *our_enlargers(inputs)):
        method, make = inputs.or_missing(entry.find), partial(compute, label=entry.label)
        outcome = inputs.or_missing(_result, figure, ENLARGED, names, entry, make, method, picture)
        row = published(f"figure{figure.number}").get(entry.label, PublishedRow())
        shown.append(_shown(entry.label, outcome, cells=make_cells(names, row.group("picture"), outcome)))
    return figure.gallery(shown)


def _result(
    inputs: Inputs,
    figure: Figure,
    version: str,
    names: tuple[str, ...],
    entry: Entry,
    compute: Callable[[Run, Pictures], dict[str, Any]],
    method: Method,
    picture: Pictures,
) -> dict[str, Any]:
    """Return the data URIs of what a method makes of the picture, and its scores, if any; kept or new."""

    def make(run: Run) -> dict[str, Any]:
        inputs.progress(f"{entry.label} on {picture.name}", 0)
        return compute(run, picture)

    return score(inputs, f"{version}, {figure.region}", names, method, picture, make)


def _whole(_: Inputs, figure: Figure, picture: Pictures) -> dict[str, Any]:
    return encoded(read_original(picture.files[0], SCALE), figure.region, lossless=True)


def _knows_the_pairs(inputs: Inputs, method: Method) -> bool:
    return bool(seen_in_training(all_pairs(inputs).files, method.trained_on))


def _shown(label: str, outcome: dict[str, Any] | Missing, **facts: Any) -> Shown:
    if isinstance(outcome, Missing):
        return Shown(label, missing=outcome.reason, **facts)
    return Shown(label, outcome["whole"], outcome["crop"], **facts)


def _enlarging(number: int, benchmark: str, picture: str, region: Region) -> partial[Gallery]:
    title, caption = f"super-resolution of a picture of {benchmark}", ENLARGING.format(picture, benchmark)
    return partial(enlarged, Figure(number, title, picture, region, (), caption, benchmark))


def _comparing(number: int, name: str, region: Region) -> partial[Gallery]:
    entries, caption = (DPED, TEACHER, STUDENT), f'DPED\'s test photo "{name}".'
    return partial(enhanced, Figure(number, "a phone photo, enhanced", f"iphone_{name}.jpg", region, entries, caption))


figure1 = partial(
    enhanced,
    Figure(
        1,
        "a phone photo before and after",
        "hd_0.png",
        Region(0.28, 0.3, 0.3, 0.4),
        (STUDENT,),
        "The paper shows one photo of DPED without saying which; this is one of the challenge's.",
    ),
)
figure5 = _enlarging(5, "Urban100", "img_090", Region(0.4, 0.4, 0.2, 0.2))
figure6 = _enlarging(6, "B100", "img_063", Region(0.68, 0.47, 0.25, 0.17))
figure7 = _comparing(7, "7", Region(0.3, 0.3, 0.3, 0.3))
figure8 = _comparing(8, "8", Region(0.55, 0.3, 0.3, 0.3))
figure9 = _comparing(9, "10", Region(0.3, 0.5, 0.3, 0.3))
figure10 = partial(
    enhanced,
    Figure(
        10,
        "three students",
        "iphone_15.jpg",
        Region(0.7, 0.4, 0.3, 0.3),
        (STUDENT, WITHOUT_KD, TRACKS_BC),
        "The paper does not name its photo; this is one of DPED's test photos.",
    ),
)
