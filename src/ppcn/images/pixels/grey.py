"""Photos without colour that are stored as RGB."""

from ppcn.images.photo import Photo
from ppcn.images.pixels.row_blocks import row_blocks

SLACK = 2 / 255  # of the peak: what is left of grey where brightness and colour were coded apart


def is_grey(photo: Photo) -> bool:
    """Tell whether an RGB photo is grey throughout: its channels differ by ``SLACK`` at most.

    One with colours is known by its first rows, as a rule.
    """
    if photo.space != "rgb":
        return False
    slack = SLACK * photo.peak
    blocks = (photo.colours[rows] for rows in row_blocks(photo.height, photo.width))
    return all((block.max(2) - block.min(2)).max() <= slack for block in blocks)
