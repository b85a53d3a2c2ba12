"""The scores of the challenge, as figures of tables 2 and 4."""

from collections.abc import Mapping
from typing import Any

from ppcn.errors import DataError
from ppcn.metrics.challenge import challenge_scores

SCORES = ("score_a", "score_b", "score_c")


def scores(track: str, quality: Mapping[str, Any], times: Mapping[str, Any]) -> dict[str, float]:
    """Return the three scores of a track ("A", "B") for ``psnr``, ``ms_ssim`` and ``speed``.

    Raises DataError where there is no speed.
    """
    if "speed" not in times:
        raise DataError("SRCNN, which the challenge relates times to, could not be timed.")
    values = challenge_scores(track, quality["psnr"], quality["ms_ssim"], times["speed"])
    return {f"score_{name.lower()}": value for name, value in values.items()}
