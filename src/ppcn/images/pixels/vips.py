"""libvips: imported when it is first needed, since that takes a twentieth of a second."""

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING, Any

from ppcn.errors import ForkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

INTERPRETATIONS = {("grey", 1): "b-w", ("grey", 2): "grey16", ("rgb", 1): "srgb", ("rgb", 2): "rgb16"}

_quiet, _forked = Event(), Event()


class VipsError(Exception):
    """An error of libvips: the last line of its message, which is ``whole``."""

    def __init__(self, whole: str) -> None:
        super().__init__(whole.strip().splitlines()[-1])
        self.whole = whole


def quieten() -> None:
    """Keep libvips's messages from this process: for the programs of ours, before they need libvips; never for a host.

    pyvips hands each message to Python's logging inside a callback from C, and what is raised there (KeyboardInterrupt,
    or SystemExit by a handler of SIGTERM) is printed and lost. A program that has to end when it is asked to cannot
    have that.
    """
    os.environ.setdefault("VIPS_WARNING", "0")
    _quiet.set()


def vips() -> Any:
    """Return the module ``pyvips``. Raises ``ForkError`` in a process that was forked from one that had it.

    libvips's threads do not exist there, and it would wait for them for ever.
    """
    if _forked.is_set():
        raise ForkError(
            "This process was forked from one that had read or written a photo, which libvips does not allow: start "
            'processes another way, as with multiprocessing.get_context("spawn").'
        )
    return _imported()


@functools.cache
def _imported() -> Any:
    import pyvips

    if _quiet.is_set():
        pyvips._remove_log_handler()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_forked.set)
    return pyvips


@contextmanager
def vips_errors() -> Iterator[Any]:
    """Yield the module ``pyvips``; what its calls raise becomes ``VipsError``."""
    pyvips = vips()  # before the "try": whoever is asked to end while it is imported must not ask for its error
    try:
        yield pyvips
    except pyvips.Error as error:
        raise VipsError(str(error)) from error
    except UnicodeDecodeError as error:
        # The message quotes bytes of a file which are no text. pyvips fails to decode it before it has cleared it, and
        # would fail again with the next error.
        pyvips.vips_lib.vips_error_clear()
        raise VipsError("its message is no text") from error


def from_array(pixels: "NDArray[Any]", space: str) -> Any:
    """Return HxWxC pixels (uint8 or uint16) as an image of libvips; ``space`` is "grey", "rgb" or "cmyk"."""
    import numpy as np

    image = vips().Image.new_from_array(np.ascontiguousarray(pixels))
    return image.copy(interpretation=INTERPRETATIONS.get((space, pixels.itemsize), "cmyk"))


def to_array(image: Any) -> "NDArray[Any]":
    """Return an image of libvips as HxWxC, decoding it now."""
    return image.numpy().reshape(image.height, image.width, image.bands)


def attach(image: Any, field: str, data: bytes) -> None:
    """Attach a blob, such as "icc-profile-data", to an image that this process made."""
    image.set_type(vips().GValue.blob_type, field, data)
