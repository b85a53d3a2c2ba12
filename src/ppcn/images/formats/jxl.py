"""JPEG XL, through pylibjxl, which is optional. It decodes and encodes 8 bits a channel."""

from dataclasses import replace
from functools import partial

from ppcn.images.formats.format import Format
from ppcn.images.formats.heif_items import boxes
from ppcn.images.formats.jxl_header import Header, parse
from ppcn.images.metadata.lost import BITS, GAIN_MAP
from ppcn.images.photo import Photo, Space
from ppcn.images.unreadable import CheckSize, decoding, unsupported

START = b"\xff\x0a"  # of a codestream, which may come without a container
HEAD = 1 << 16  # bytes of a codestream: more than a header is long
_LAYOUTS: dict[int, tuple[Space, bool]] = {1: ("grey", False), 2: ("grey", True), 3: ("rgb", False), 4: ("rgb", True)}


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode the first frame; libjxl turns it upright. More than 8 bits become 8, and are named as lost."""
    import numpy as np
    import pylibjxl

    from ppcn.images.colour import cicp
    from ppcn.images.metadata.upright import upright
    from ppcn.images.pixels.alpha import straight

    with decoding():
        header = parse(_codestream(data))
        about = pylibjxl.probe(data)
    if about["channels"] not in _LAYOUTS:
        raise unsupported(f"{about['channels']} channels")
    if header.lossy and header.profile:  # decoded to 8 bits of linear light
        raise unsupported("lossy JPEG XL with an ICC profile of its own")
    cicp.refuse_hdr(header.transfer)
    check(about["width"], about["height"], about["channels"])
    with decoding():
        pixels, metadata = pylibjxl.decode(data, metadata=True)
    space, alpha = _LAYOUTS[about["channels"]]
    exif = metadata.get("exif")
    photo = Photo(
        np.atleast_3d(pixels), space, alpha,
        icc=metadata.get("icc") if header.profile else _profile(header),
        exif=exif and exif.removeprefix(b"Exif\0\0"),
        xmp=metadata.get("xmp"),
        lost=_lost(data, about),
    )  # fmt: skip
    return upright(straight(photo) if header.premultiplied else photo, pixels_are=True)


def save(photo: Photo, quality: int) -> bytes:
    """Encode at the distance that libjxl's own programs use for a quality; 100 loses nothing."""
    import numpy as np
    import pylibjxl

    if photo.space == "grey" and photo.alpha:  # pylibjxl writes no such files
        grey, alpha = photo.pixels[:, :, :1], photo.pixels[:, :, 1:]
        photo = replace(photo, pixels=np.concatenate([grey, grey, grey, alpha], 2), space="rgb")
    encode = partial(
        pylibjxl.encode, np.ascontiguousarray(photo.pixels),
        distance=0.1 + (100 - quality) * 0.09, lossless=quality == 100, exif=photo.exif, xmp=photo.xmp,
    )  # fmt: skip
    try:
        return encode(icc=photo.icc)
    except RuntimeError:  # libjxl does not take a damaged profile, which is ignored elsewhere, too
        return encode()


def _codestream(data: bytes) -> bytes:
    """Return the first bytes of the codestream, which a container may hold in one box or in numbered parts."""
    if data.startswith(START):
        return data[:HEAD]
    skipped = {b"jxlc": 8, b"jxlp": 12}
    return b"".join(
        data[start + skipped[kind] : min(end, start + HEAD)] for kind, start, end in boxes(data) if kind in skipped
    )[:HEAD]


def _profile(header: Header) -> bytes | None:
    """Return an ICC profile for the colours that the header names; None for sRGB."""
    from ppcn.images.colour import cicp

    gamma = header.gamma or 1 / cicp.GAMMAS.get(header.transfer, 2.2)
    return cicp.profile_of_gamma(gamma, (*header.white, *header.primaries), grey=header.grey)


def _lost(data: bytes, about: dict[str, int]) -> tuple[str, ...]:
    parts = {
        "further frames": about["have_animation"],
        BITS: about["bits_per_sample"] > 8,
        GAIN_MAP: data[:1] == b"\0" and any(kind == b"jhgm" for kind, *_ in boxes(data)),
    }
    return tuple(name for name, lost in parts.items() if lost)


FORMAT = Format(
    name="jxl",
    title="JPEG XL",
    media_type="image/jxl",
    suffixes=(".jxl",),
    signature=rb"\xff\x0a|\0\0\0\x0cJXL ",
    load=load,
    save=save,
    quality=90,
    encoding=88,
    alpha=True,
    needs="pylibjxl",
    extra="jxl",
    without_browser="a JPEG XL picture",
)
