"""Engines that are kept: the same network is loaded once, from whichever thread."""

import hashlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable

from ppcn.runtime.backends import kernel
from ppcn.runtime.backends.loader import make_engine
from ppcn.runtime.engine.engine import Engine

KEPT = 8  # engines: the longest unused one makes way

_engines: OrderedDict[tuple[str | None, ...], Engine] = OrderedDict()
_lock = threading.Lock()


def _renew_lock() -> None:
    """Make a new lock in a forked process: a thread that held the old one does not exist there."""
    global _lock  # noqa: PLW0603
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


def cached_engine(
    content: bytes, name: str, provider: str, to_onnx: Callable[[bytes], bytes] = lambda content: content
) -> Engine:
    """Return the engine of a model file's content; the same content, name and provider give the same object.

    ``to_onnx`` converts the content where it is no ONNX file. Errors as ``make_engine``.
    """
    key = (hashlib.sha256(content).hexdigest(), name, provider, kernel.in_use())
    with _lock:  # held while a network is loaded, so that two threads do not load it twice
        if key not in _engines:
            _engines[key] = make_engine(to_onnx(content), name, provider)
            if len(_engines) > KEPT:
                _engines.popitem(last=False)
        _engines.move_to_end(key)
        return _engines[key]
