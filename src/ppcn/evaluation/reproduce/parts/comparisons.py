"""Figures 1 and 5 to 10: what the methods make of one picture, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ppcn.evaluation.reproduce.datasets import Pictures, all_pairs, original, photo
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.methods import SCALE, Entry, Method, plain
from ppcn.evaluation.reproduce.parts.enhancement import DPED, STUDENT, TEACHER, TRACKS_BC, WITHOUT_KD, our_enhancers
from ppcn.evaluation.reproduce.parts.super_resolution import IN_TABLE_1, our_enlargers
from ppcn.evaluation.reproduce.published import published
from ppcn.evaluation.reproduce.report.cells import Cell, Missing, make_cells
from ppcn.evaluation.reproduce.report.gallery import Gallery, Region, Shown, encoded
from ppcn.evaluation.reproduce.scores import names_of, score
from ppcn.evaluation.scores import Run
from ppcn.evaluation.super_resolution import enlarge_original, read_original
from ppcn.evaluation.trained_on import seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read
from ppcn.metrics import SUPER_RESOLUTION

# Part of what results are kept by: change them with the protocols.
ENHANCED, ENLARGED = "enhanced photo, version 1", "enlarged picture, version 1"
ENLARGING = "{} of {}, made small and enlarged four times; PSNR in dB and SSIM on Y of the whole picture."
PATCHES = "It was trained on patches of DPED's test photographs: this one may be among them."
UNTOUCHED = Entry("iPhone", lambda _: plain("untouched", lambda picture: picture))


@dataclass(frozen=True)
class Figure:
    """A figure: one of DPED's photographs, enhanced, or an original of a benchmark, made small and enlarged."""

    number: int
    picture: str
    region: Region
    caption: str
    entries: Sequence[Entry]
    title: str = "a phone photo, enhanced"
    benchmark: str | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        """The names of the metrics that its pictures are scored by."""
        return names_of(SUPER_RESOLUTION) if self.benchmark else ()

    def __call__(self, inputs: Inputs) -> Gallery:
        """Show what all methods that can be had make of the picture."""
        if self.benchmark:
            picture = inputs.or_missing(original, self.benchmark, self.picture)
            shown, own = [_shown("HR", inputs.or_missing(self._original, picture))], our_enlargers(inputs)
        else:
            picture = inputs.or_missing(photo, self.picture)
            shown, own = [], our_enhancers(inputs)
        name = f"figure{self.number}"
        for entry in (*self.entries, *own):
            method = inputs.or_missing(entry.find)
            outcome = inputs.or_missing(self._result, entry.label, method, picture)
            quoted = published(name).get(entry.label, {}).get("picture", {}) if self.benchmark else {}
            known = entry.card and not self.benchmark and inputs.or_missing(_knows_the_pairs, method)
            cells = make_cells(self.metrics, quoted, outcome)
            shown.append(_shown(entry.label, outcome, cells, PATCHES if known is True else None))
        title = f"Figure {self.number}: {self.title}"
        return Gallery(name, title, self.caption, self.region, shown)

    def _original(self, _: Inputs, picture: Pictures) -> dict[str, Any]:
        return encoded(read_original(picture.files[0], SCALE), self.region, lossless=True)

    def _result(self, inputs: Inputs, label: str, method: Method, picture: Pictures) -> dict[str, Any]:
        """Return the data URIs of what a method makes of the picture, and its scores, if any; kept or new."""

        def compute(run: Run) -> dict[str, Any]:
            inputs.progress(f"{label} on {picture.name}", 0)
            if self.benchmark:
                output, figures = enlarge_original(run, label, picture.files[0], SCALE)
                return figures | encoded(output, self.region, lossless=True)
            return encoded(run(to_srgb(read(picture.files[0]))), self.region)

        version = f"{ENLARGED if self.benchmark else ENHANCED}, {self.region}"
        return score(inputs, version, self.metrics, method, picture, compute)


def _knows_the_pairs(inputs: Inputs, method: Method) -> bool:
    return bool(seen_in_training(all_pairs(inputs).files, method.trained_on))


def _shown(label: str, outcome: dict[str, Any] | Missing, cells: Sequence[Cell] = (), note: str | None = None) -> Shown:
    if isinstance(outcome, Missing):
        return Shown(label, missing=outcome.reason, cells=cells, note=note)
    return Shown(label, outcome["whole"], outcome["crop"], cells=cells, note=note)


def _enlarged(number: int, benchmark: str, picture: str, region: Region) -> Figure:
    title, caption = f"super-resolution of a picture of {benchmark}", ENLARGING.format(picture, benchmark)
    return Figure(number, picture, region, caption, IN_TABLE_1, title, benchmark)


_COMPARED = (UNTOUCHED, DPED, TEACHER, STUDENT)
figure1 = Figure(
    1,
    "hd_0.png",
    Region(0.28, 0.3, 0.3, 0.4),
    "The paper shows one photo of DPED without saying which; this is one of the challenge's.",
    (UNTOUCHED, STUDENT),
    "a phone photo before and after",
)
figure5 = _enlarged(5, "Urban100", "img_090", Region(0.4, 0.4, 0.2, 0.2))
figure6 = _enlarged(6, "B100", "img_063", Region(0.68, 0.47, 0.25, 0.17))
figure7 = Figure(7, "iphone_7.jpg", Region(0.3, 0.3, 0.3, 0.3), 'DPED\'s test photo "7".', _COMPARED)
figure8 = Figure(8, "iphone_8.jpg", Region(0.55, 0.3, 0.3, 0.3), 'DPED\'s test photo "8".', _COMPARED)
figure9 = Figure(9, "iphone_10.jpg", Region(0.3, 0.5, 0.3, 0.3), 'DPED\'s test photo "10".', _COMPARED)
figure10 = Figure(
    10,
    "iphone_15.jpg",
    Region(0.7, 0.4, 0.3, 0.3),
    "The paper does not name its photo; this is one of DPED's test photos.",
    (UNTOUCHED, STUDENT, WITHOUT_KD, TRACKS_BC),
    "three students",
)
