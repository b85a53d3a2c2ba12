"""Silence for converters, which talk to people who write converters."""

import contextlib
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Drop everything that is printed or logged inside, by Python or by C++: progress, deprecations, lacking GPUs.

    What goes wrong still raises. The whole process is silent meanwhile.
    """
    streams = (sys.stdout, sys.stderr)
    for stream in streams:
        stream.flush()
    disabled = logging.root.manager.disable
    logging.disable(logging.ERROR)
    saved = [os.dup(number) for number in (1, 2)]
    with Path(os.devnull).open("wb") as nowhere:
        for number in (1, 2):
            os.dup2(nowhere.fileno(), number)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)
        for stream in streams:
            stream.flush()
        for number, copy in zip((1, 2), saved, strict=True):
            os.dup2(copy, number)
            os.close(copy)
