"""How much memory a photo takes, how much there is, and letting in only as many photos as fit."""

import os
import sys
import threading
from contextlib import suppress
from pathlib import Path

from ppcn.images.unreadable import Unreadable
from ppcn.runtime.engine.engine import MEMORY
from ppcn.runtime.engine.strips import rows_of_strip

# In bytes a pixel, above what ``benchmarks/memory.py`` measures: maps of all stages, and what a strip in hand takes for
# each pixel that is made of it.
MAPS, STRIP = 216, 160
TOO_LITTLE = "needs more memory than there is; close other programs, or make the photo smaller first"

_CGROUPS = Path("/sys/fs/cgroup")


def needed(width: int, height: int, depth: int, scale: int = 1, halo: int = 0) -> int:
    """Return how many bytes a photo, ``depth`` bytes a pixel, takes at most while it is made ``scale`` times larger.

    ``scale`` is that of the largest picture on the way (``edits.largest_of``), ``halo`` that of the network
    (``Engine.halo``). The photo's file is in memory already; that of the result is at most as large as the result.
    """
    pixels = width * height
    photo, result = pixels * depth, pixels * depth * scale**2
    maps = min(pixels * MAPS, max(MEMORY - photo - result, 0))
    strip = min(height, rows_of_strip(width, scale) + 2 * halo) * width
    return photo + 2 * result + maps + strip * STRIP * scale**2


def available() -> int:
    """Return how many bytes could still be taken, of the machine and of the container that this process is in."""
    return min(_of_machine(), _of_container())


def _of_machine() -> int:
    try:
        return _fields(Path("/proc/meminfo"))["MemAvailable:"] << 10
    except (OSError, KeyError):  # not Linux: all that is built in
        known = "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {})
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if known else sys.maxsize


def _of_container() -> int:
    """Return what the control groups (version 2) that this process belongs to leave it."""
    free = sys.maxsize
    with suppress(OSError):
        own = Path("/proc/self/cgroup").read_text().rpartition("0::/")[2].strip()
        for group in (_CGROUPS / own, *(_CGROUPS / own).parents):
            with suppress(OSError, ValueError):  # no such file, or the limit is "max"
                limit = int((group / "memory.max").read_text())
                cache = _fields(group / "memory.stat")["inactive_file"]  # files that would make way
                free = min(free, limit - int((group / "memory.current").read_text()) + cache)
    return max(free, 0)


def _fields(path: Path) -> dict[str, int]:
    """Return a file of the kernel whose lines are a name and a number."""
    return {words[0]: int(words[1]) for words in map(str.split, path.read_text().splitlines())}


def admit(width: int, height: int, depth: int, scale: int = 1, halo: int = 0) -> None:
    """Raise ``Unreadable`` for a photo that does not fit into memory; as ``needed``."""
    _check(needed(width, height, depth, scale, halo), available())


def ran_out(error: Exception) -> bool:
    """Tell whether that is what an error means; ONNX Runtime has none of its own for it."""
    return isinstance(error, MemoryError) or "allocate memory" in str(error)


def _check(size: int, free: int) -> None:
    if size > free:
        raise Unreadable(
            f"needs about {size / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free; close other programs, or "
            "make the photo smaller first"
        )


class Room:
    """The memory that is free, shared by the photos in hand: one that does not fit beside the others waits for them."""

    def __init__(self) -> None:
        self._free = available()
        self._taken = 0
        self._changed = threading.Condition()

    def enter(self, size: int) -> None:
        """Take ``size`` bytes once they are free; raises ``Unreadable`` where there are fewer even for one alone."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken or self._taken + size <= self._free)
            if not self._taken:
                self._free = available()
            _check(size, self._free)
            self._taken += size

    def leave(self, size: int) -> None:
        """Give ``size`` bytes back."""
        with self._changed:
            self._taken -= size
            self._changed.notify_all()
