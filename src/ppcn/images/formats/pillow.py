"""Decoding by Pillow, for older formats that the wheels of libvips leave out."""

import io
from typing import TYPE_CHECKING

from ppcn.images.metadata.lost import BITS
from ppcn.images.photo import Photo, Space
from ppcn.images.unreadable import CheckSize, decoding, unsupported

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

# What Pillow's modes become: its mode without palettes and single bits, then the space, and whether there is alpha.
_MODES: dict[str, tuple[str, Space, bool]] = {
    "1": ("L", "grey", False),
    "L": ("L", "grey", False),
    "LA": ("LA", "grey", True),
    "I;16": ("I;16", "grey", False),
    "I;16B": ("I;16B", "grey", False),
    "I": ("I", "grey", False),  # of 16 bits, in these formats
    "P": ("RGB", "rgb", False),
    "RGB": ("RGB", "rgb", False),
    "RGBA": ("RGBA", "rgb", True),
}


def load(data: bytes, check: CheckSize, reader: "type[ImageFile]", *, deep: bool = False) -> Photo:
    """Decode the first picture by the class of one of Pillow's plugins, so that no file can choose another one.

    ``Image.open`` is not used, since its limit of pixels is one for the whole process, and it warns before.
    ``deep`` says that the file has more than 8 bits a channel, which Pillow keeps of grey pictures alone. Raises
    ``Unreadable``.
    """
    import numpy as np

    from ppcn.images.depth import expand_to_16_bits

    with decoding():
        file = reader(io.BytesIO(data))
    if file.mode not in _MODES:
        raise unsupported(file.mode)
    mode, space, alpha = _MODES[file.mode]
    wide = mode.startswith("I")
    check(*file.size, 2 if wide else len(mode))
    with decoding():
        file.load()
        pixels = np.atleast_3d(np.asarray(file.convert(mode) if mode != file.mode else file))
    if wide:
        pixels = expand_to_16_bits(pixels.clip(0, 65535).astype(np.uint16), 16)
    lost = (BITS,) * (deep and not wide)
    return Photo(pixels, space, alpha, icc=file.info.get("icc_profile"), lost=lost)
