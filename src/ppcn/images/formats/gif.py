"""GIF, which is read only: its 256 colours do no photo justice."""

from ppcn.images.formats import libvips
from ppcn.images.formats.format import Format
from ppcn.images.photo import Photo
from ppcn.images.unreadable import CheckSize


def load(data: bytes, check: CheckSize) -> Photo:
    """Decode the first frame of a GIF file."""
    return libvips.load(data, "gifload_buffer", check)


FORMAT = Format(
    name="gif",
    title="GIF",
    media_type="image/gif",
    suffixes=(".gif",),
    signature=rb"GIF8[79]a",
    load=load,
)
