"""Figures 1 and 7 to 10: phone photos, enhanced."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ppcn.errors import DataError
from ppcn.evaluation.reproduce.cells import Missing, attempt
from ppcn.evaluation.reproduce.contenders import Contender, Run, plain, released, shipped
from ppcn.evaluation.reproduce.enhancers import DPED, STUDENT, TEACHER, TRACKS_BC, WITHOUT_KD, Enhancer, our_enhancers
from ppcn.evaluation.reproduce.gallery import Gallery, Region, Shown, encoded
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.pair_sets import all_pairs
from ppcn.evaluation.reproduce.published import paper
from ppcn.evaluation.reproduce.scoring import Pictures, gather, score
from ppcn.evaluation.reproduce.times import FOLDER
from ppcn.evaluation.trained_on import seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read

VERSION = "enhanced photo, version 1"  # part of what results are kept by: change it with the protocol
PATCHES = "It was trained on patches of DPED's test photographs: this one may be among them."


@dataclass(frozen=True)
class Plan:
    """A figure: its photo, in DPED's folder, the region that is shown large, and the released networks."""

    name: str
    title: str
    photo: str
    region: Region
    networks: Sequence[Enhancer]
    caption: str


def make(inputs: Inputs, plan: Plan) -> Gallery:
    """Enhance the photo with all networks that can be had."""
    photo = attempt(_photo, inputs, plan.photo)
    shown = [_shown(inputs, plan, "iPhone", plain("untouched", lambda picture: picture), photo)]
    for entry in plan.networks:
        shown.append(_shown(inputs, plan, entry.label, attempt(released, inputs, entry.checkpoint), photo))
    for card in our_enhancers(inputs):
        contender = attempt(shipped, card)
        known = attempt(_knows_the_pairs, inputs, contender)
        shown.append(_shown(inputs, plan, card.name, contender, photo, PATCHES if known is True else None))
    return Gallery(plan.name, plan.title, paper(), plan.caption, plan.region, shown)


def _photo(inputs: Inputs, name: str) -> Pictures:
    folder = inputs.find_folder(FOLDER)
    path = folder / name
    if not path.is_file():
        raise DataError(f"{folder} has no {name}.")
    return gather(name, [path])


def _knows_the_pairs(inputs: Inputs, contender: Contender) -> bool:
    return bool(seen_in_training(all_pairs(inputs).pictures.files, contender.trained_on))


def _shown(
    inputs: Inputs,
    plan: Plan,
    label: str,
    contender: Contender | Missing,
    photo: Pictures | Missing,
    note: str | None = None,
) -> Shown:
    def result(contender: Contender, photo: Pictures) -> dict[str, Any]:
        def compute(run: Run) -> dict[str, Any]:
            inputs.progress(f"{label} on {photo.name}", 0)
            return encoded(run(to_srgb(read(photo.files[0]))), plan.region)

        return score(inputs.cache, f"{VERSION}, {plan.region}", contender, photo, compute)

    outcome = attempt(result, contender, photo)
    if isinstance(outcome, Missing):
        return Shown(label, missing=outcome.reason, note=note)
    return Shown(label, outcome["whole"], outcome["crop"], note=note)


def _compared(number: int, photo: str, region: Region) -> Plan:
    return Plan(
        f"figure{number}",
        f"Figure {number}: a phone photo, enhanced",
        f"iphone_{photo}.jpg",
        region,
        (DPED, TEACHER, STUDENT),
        f'DPED\'s test photo "{photo}".',
    )


figure1 = partial(
    make,
    plan=Plan(
        "figure1",
        "Figure 1: a phone photo before and after",
        "hd_0.png",
        Region(0.28, 0.3, 0.3, 0.4),
        (STUDENT,),
        "The paper shows one photo of DPED without saying which; this is one of the challenge's.",
    ),
)
figure7 = partial(make, plan=_compared(7, "7", Region(0.3, 0.3, 0.3, 0.3)))
figure8 = partial(make, plan=_compared(8, "8", Region(0.55, 0.3, 0.3, 0.3)))
figure9 = partial(make, plan=_compared(9, "10", Region(0.3, 0.5, 0.3, 0.3)))
figure10 = partial(
    make,
    plan=Plan(
        "figure10",
        "Figure 10: three students",
        "iphone_15.jpg",
        Region(0.7, 0.4, 0.3, 0.3),
        (STUDENT, WITHOUT_KD, TRACKS_BC),
        "The paper does not name its photo; this is one of DPED's test photos.",
    ),
)
