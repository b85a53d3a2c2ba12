"""Silence for commands, which own their process: libraries log, warn and print for programmers."""

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from ppcn.cli.options import complain
from ppcn.images.pixels.vips import quieten


def quieten_libraries() -> None:
    """Keep messages of libraries, which say nothing to a user, from standard error: for the whole command.

    What this package logs are sentences for the user.
    """
    quieten()
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    if not logging.getLogger("ppcn").handlers:
        logging.getLogger("ppcn").addHandler(_Sentences())
    if not sys.warnoptions:  # -W asks for them
        warnings.simplefilter("ignore")


class _Sentences(logging.Handler):
    """Prints what is logged as a sentence of the command."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print it."""
        complain(self.format(record))


@contextmanager
def silenced() -> Iterator[None]:
    """Drop what converters print, log or warn of inside, in Python or C++; errors are raised as ever.

    It silences the whole process, so it is for commands, which own their process, and never for the library. A closed
    stream (``sys.stdout`` is None in windowed programs) stays as it is.
    """
    _flush()
    disabled = logging.root.manager.disable
    logging.disable(logging.ERROR)
    saved: dict[int, int] = {}
    for descriptor in (1, 2):
        with suppress(OSError):  # a closed one
            saved[descriptor] = os.dup(descriptor)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in saved:
        os.dup2(nowhere, descriptor)
    os.close(nowhere)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
        _flush()
        for descriptor, copy in saved.items():
            os.dup2(copy, descriptor)
            os.close(copy)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
