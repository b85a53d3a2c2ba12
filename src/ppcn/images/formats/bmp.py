"""BMP, which is read only, through Pillow: it holds no profile that programs heed, and no metadata."""

from ppcn.images.formats import pillow
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode a BMP file."""
    from PIL.BmpImagePlugin import BmpImageFile

    return pillow.load(data, check, BmpImageFile)


FORMAT = Format(
    name="bmp",
    title="BMP",
    media_type="image/bmp",
    suffixes=(".bmp", ".dib"),
    signature=rb"BM.{12}[\x0c(\x28\x38\x6c\x7c\x40]\0\0\0",
    load=load,
)
