"""Why a file cannot be read, before its name is put in front."""

DAMAGED = "is damaged or incomplete; copy it again from where it came from"


class Unreadable(Exception):
    """The rest of a sentence that begins with the name of a file; ``read`` turns it into an ``InputError``."""


def check_size(width: int, height: int, max_megapixels: float) -> None:
    """Raise ``Unreadable`` for a picture of no size or above the limit."""
    if width < 1 or height < 1:
        raise Unreadable("has no pixels")
    if width * height > max_megapixels * 1e6:
        raise Unreadable(
            f"has {width}x{height} pixels, which is {width * height / 1e6:,.1f} megapixels and above the limit of "
            f"{max_megapixels:g}; raise it with --max-megapixels (in Python: max_megapixels=)"
        )
