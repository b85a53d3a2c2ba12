"""Engines that are kept: the same network is loaded once, from whichever thread."""

from collections import OrderedDict
from collections.abc import Callable

from ppcn.locks import ForkSafeLock
from ppcn.runtime.backends import kernel
from ppcn.runtime.backends.loader import make_engine
from ppcn.runtime.engine.engine import Engine

KEPT = 8  # engines: the longest unused one makes way

_engines: OrderedDict[tuple[bytes | str | None, ...], Engine] = OrderedDict()
_lock = ForkSafeLock()


def cached_engine(
    content: bytes, name: str, provider: str, to_onnx: Callable[[bytes], bytes] = lambda content: content
) -> Engine:
    """Return the engine of a model file's content; the same content, name and provider give the same object.

    ``to_onnx`` converts the content where it is no ONNX file. Errors as ``make_engine``.
    """
    key = (content, name, provider, kernel.in_use())
    with _lock.held():  # held while a network is loaded, so that two threads do not load it twice
        if key not in _engines:
            _engines[key] = make_engine(to_onnx(content), name, provider)
            if len(_engines) > KEPT:
                _engines.popitem(last=False)
        _engines.move_to_end(key)
        return _engines[key]
