"""The scores of methods on test pictures, kept once they are made."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from itertools import repeat
from typing import Any

from ppcn.errors import DataError
from ppcn.evaluation.colour_baselines import colour_baselines
from ppcn.evaluation.enhancement import score_pairs
from ppcn.evaluation.reproduce.datasets import Pictures
from ppcn.evaluation.reproduce.inputs import Inputs
from ppcn.evaluation.reproduce.methods import SCALE, Method
from ppcn.evaluation.reproduce.times import Times, times_of
from ppcn.evaluation.scores import Run
from ppcn.evaluation.super_resolution import score_super_resolution
from ppcn.evaluation.trained_on import seen_in_training
from ppcn.images.colour.srgb import to_srgb
from ppcn.images.read import read
from ppcn.metrics import CHALLENGE, ENHANCEMENT, SUPER_RESOLUTION, challenge_scores, metrics_of

# Part of what results are kept by: change it with the protocol.
VERSIONS = {
    ENHANCEMENT: "enhancement, RGB, version 1",
    SUPER_RESOLUTION: "super-resolution x4 on Y, version 1",
    CHALLENGE: "super-resolution x4 as in the challenge, version 1",
}
CHALLENGE_SCORES = ("score_a", "score_b", "score_c")


def names_of(protocol: str) -> tuple[str, ...]:
    """Return the names that a protocol's means are printed by."""
    return tuple(name.removesuffix("_y") for name in metrics_of(protocol))


def score(
    inputs: Inputs,
    version: str,
    names: tuple[str, ...],
    method: Method,
    pictures: Pictures,
    compute: Callable[[Run], Mapping[str, Any]],
) -> dict[str, Any]:
    """Return the figures of a method on pictures, kept or new; ``version`` names what ``compute`` does.

    A kept result without one of the ``names`` is made anew. Raises DataError where the method was trained on any of the
    pictures; other errors as ``compute`` and ``method.load``.
    """
    seen = seen_in_training(pictures.files, method.trained_on)
    if seen:
        raise DataError(
            f"{method.name} was trained on {len(seen)} of the {len(pictures.files)} pictures of {pictures.name}: "
            "its score would mean nothing."
        )
    what = {"protocol": version, "network": method.digest, "pictures": pictures.digest}
    return inputs.cache.get(what, lambda: compute(method.load()), names)


def score_on_pairs(inputs: Inputs, method: Method, pairs: Pictures) -> dict[str, Any]:
    """Return what ``ppcn evaluate enhancement --json`` prints; errors as ``score`` and ``score_pairs``."""

    def compute(run: Run) -> dict[str, Any]:
        progress = partial(inputs.progress, f"{method.name} on {pairs.name}")
        return score_pairs(repeat(run), method.name, pairs.pairs, progress).as_dict()

    return score(inputs, VERSIONS[ENHANCEMENT], names_of(ENHANCEMENT), method, pairs, compute)


def score_baseline(inputs: Inputs, name: str, pairs: Pictures) -> dict[str, Any]:
    """Return the same of a colour baseline, fitted for each fold on the pairs of all others."""

    def compute() -> dict[str, Any]:
        inputs.progress(f"{name} on {pairs.name}", 0)
        pictures = [(to_srgb(read(phone)), to_srgb(read(camera))) for phone, camera in pairs.pairs]
        return score_pairs(colour_baselines(pictures, pairs.folds)[name], name, pairs.pairs).as_dict()

    # Pairs lie fold by fold: the sizes of the folds tell which is in which.
    network = f"{name}, fitted on the other folds, of {dict(Counter(pairs.folds))} pairs"
    what = {"protocol": VERSIONS[ENHANCEMENT], "network": network, "pictures": pairs.digest}
    return inputs.cache.get(what, compute, names_of(ENHANCEMENT))


def score_on_originals(inputs: Inputs, protocol: str, method: Method, benchmark: Pictures) -> dict[str, Any]:
    """Return what ``ppcn evaluate super-resolution --json`` prints, with ``--rgb`` for the challenge's protocol."""

    def compute(run: Run) -> dict[str, Any]:
        folder, rgb = benchmark.files[0].parent, protocol == CHALLENGE
        progress = partial(inputs.progress, f"{method.name} on {benchmark.name}")
        return score_super_resolution(run, method.name, folder, scale=SCALE, rgb=rgb, progress=progress).as_dict()

    return score(inputs, VERSIONS[protocol], names_of(protocol), method, benchmark, compute)


def score_in_challenge(track: str, quality: Mapping[str, Any], times: Times, kind: str | None) -> dict[str, float]:
    """Return a track's scores for ``psnr``, ``ms_ssim`` and a kind's speed; raises DataError without speed."""
    figures = times_of(times, kind)
    if "speed" not in figures:
        raise DataError("SRCNN, which the challenge relates times to, could not be timed.")
    values = challenge_scores(track, quality["psnr"], quality["ms_ssim"], figures["speed"])
    return {f"score_{name.lower()}": value for name, value in values.items()}
