"""Parts of a file that are lost, since no Photo holds them."""

import re

GAIN_MAP, MOTION, BITS = "gain map", "motion photo", "bits beyond 8 a channel"
DEPTH, MASK, PICTURES = "depth map", "portrait mask", "further pictures"
CREDENTIALS, MAP, FURTHER_XMP = "Content Credentials", "place on the map", "further XMP"
METADATA = (CREDENTIALS, MAP, FURTHER_XMP)  # which nobody misses who wants no metadata
_SIGNS = {
    GAIN_MAP: re.compile(
        rb"hdrgm:Version|hdrgainmap|HDRGainMap|urn:iso:std:iso:ts:21496|Semantic(?:=[\"']|>)GainMap|infe.{8}(?:..)?tmap",
        re.DOTALL,
    ),
    DEPTH: re.compile(
        rb"GDepth:|Semantic(?:=[\"']|>)Depth|auxid:2\0|aux:disparity|aux:depth|auxiliary:depth|[Dd]epthData:|DynamicDepth|"
        rb"DualShot_DepthMap"
    ),
    # Where a portrait ends, or its skin, hair and sky (Apple).
    MASK: re.compile(rb"aux:(?:portraiteffects|semantic\w{1,20})matte|(?:portraitEffects|semanticSegmentation)Matte:"),
    # A stereo picture, or the portrait before its background was blurred (Google).
    PICTURES: re.compile(rb"GImage:Data\s*(?:=\s*[\"']|>\s*)[\w+/]{8}"),
    # C2PA signs a file as it was.
    CREDENTIALS: re.compile(rb"c2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71"),
    MOTION: re.compile(
        rb"Camera:MicroVideo\s*(?:=\s*[\"']|>\s*)1|MotionPhoto(?:_Data|\s*(?:=\s*[\"']|>\s*)1)|"
        rb"Semantic(?:=[\"']|>)MotionPhoto|\0mpvd"
    ),
}


def lost_parts(data: bytes) -> tuple[str, ...]:
    """Return which parts a file has that no Photo holds.

    Long names in its metadata announce them, which pixels do not form by chance.
    """
    return tuple(words for words, sign in _SIGNS.items() if sign.search(data))
