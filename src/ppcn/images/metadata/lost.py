"""Parts of a file that are lost, since no Photo holds them."""

import re

GAIN_MAP, MOTION, BITS = "gain map", "motion photo", "bits beyond 8 a channel"
_SIGNS = {
    GAIN_MAP: re.compile(
        rb"hdrgm:Version|hdrgainmap|HDRGainMap|urn:iso:std:iso:ts:21496|Semantic(?:=[\"']|>)GainMap|infe.{8}tmap",
        re.DOTALL,
    ),
    "depth map": re.compile(
        rb"GDepth:|Semantic(?:=[\"']|>)Depth|auxid:2\0|aux:disparity|aux:depth|DepthData:|DynamicDepth"
    ),
    MOTION: re.compile(
        rb"Camera:MicroVideo\s*(?:=\s*[\"']|>\s*)1|MotionPhoto(?:_Data|\s*(?:=\s*[\"']|>\s*)1)|"
        rb"Semantic(?:=[\"']|>)MotionPhoto|\0mpvd"
    ),
}


def lost_parts(data: bytes) -> tuple[str, ...]:
    """Return which of "gain map", "depth map" and "motion photo" a file has.

    Long names in its metadata announce them, which pixels do not form by chance.
    """
    return tuple(words for words, sign in _SIGNS.items() if sign.search(data))
