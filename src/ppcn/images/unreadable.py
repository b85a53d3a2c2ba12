"""The reasons why a file cannot be read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ppcn.errors import InputError, OutOfMemoryError

DAMAGED = "is damaged or incomplete; copy it again from where it came from"

# Takes the width, the height and the bytes of a pixel, from a header; raises Unreadable for a photo that is too large.
CheckSize = Callable[[int, int, int], None]


class Unreadable(Exception):
    """A file cannot be read. The message is a sentence without its subject: ``read`` puts the file's name in front."""

    error: type[InputError] = InputError


def unsupported(how: str) -> Unreadable:
    """Return the error for pixels that are stored in a way which is not supported."""
    return Unreadable(
        f"stores its pixels in a way that is not supported ({how}); save it as grey or RGB, in PNG or TIFF"
    )


@contextmanager
def decoding() -> Iterator[None]:
    """Raise ``Unreadable`` for what a decoder raises, which may be anything: OSError, ValueError, SyntaxError ..."""
    try:
        yield
    except (MemoryError, Unreadable):
        raise
    except Exception as error:
        raise Unreadable(DAMAGED) from error


class NotEnoughMemory(Unreadable):
    """The same, where a photo does not fit into memory."""

    error = OutOfMemoryError


RAISE_IT = "raise it with --max-megapixels (in Python: max_megapixels=)"


def check_size(width: int, height: int, max_megapixels: float, scale: int = 1, advice: str = RAISE_IT) -> None:
    """Raise ``Unreadable`` for a picture without pixels, or with too many once it is made ``scale`` times larger.

    ``advice`` ends the sentence about the limit.
    """
    if width < 1 or height < 1:
        raise Unreadable("has no pixels")
    megapixels = width * height * scale**2 / 1e6
    if megapixels > max_megapixels:
        larger = f" made {scale} times larger" if scale > 1 else ""
        raise Unreadable(
            f"has {width}x{height} pixels, which{larger} is {megapixels:,.1f} megapixels and above the limit of "
            f"{max_megapixels:g}; {advice}"
        )
