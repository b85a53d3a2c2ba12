"""How much memory a photo takes, and how much there is."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from ppcn.cgroups import groups
from ppcn.images.unreadable import NotEnoughMemory
from ppcn.runtime.engine.engine import MEMORY
from ppcn.runtime.engine.strips import rows_of_strip

# In bytes a pixel, above what ``benchmarks/memory.py`` measures: maps of all stages, and what a strip in hand takes for
# each pixel that is made of it.
MAPS, STRIP = 216, 160


def needed(width: int, height: int, depth: int, scale: int = 1, halo: int = 0) -> int:
    """Return how many bytes a photo, ``depth`` bytes a pixel, takes at most while it is made ``scale`` times larger.

    ``scale`` is that of the largest picture on the way (``Pipeline.largest_scale``), ``halo`` that of the network
    (``Engine.halo``). The photo's file is in memory already; that of the result is at most as large as the result.
    """
    pixels = width * height
    photo, result = pixels * depth, pixels * depth * scale**2
    maps = min(pixels * MAPS, max(MEMORY - photo - result, 0))
    strip = min(height, rows_of_strip(width, scale) + 2 * halo) * width
    return photo + 2 * result + maps + strip * STRIP * scale**2


def check(size: int, free: int) -> None:
    """Raise ``NotEnoughMemory`` where ``size`` bytes do not fit into ``free``."""
    if size > free:
        raise NotEnoughMemory(
            f"needs about {size / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB are free; close other programs, or "
            "make the photo smaller first"
        )


def available() -> int:
    """Return how many bytes could still be taken, of the machine, the container and the limits of this process."""
    return min(_of_machine(), _of_container(), _of_process())


def _of_machine() -> int:
    try:
        return _fields(Path("/proc/meminfo"))["MemAvailable:"] << 10
    except (OSError, KeyError):  # not Linux: all that is built in
        known = "SC_PHYS_PAGES" in getattr(os, "sysconf_names", {})
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if known else sys.maxsize


def _of_container() -> int:
    """Return what the control groups that this process belongs to leave it."""
    free = sys.maxsize
    for group in groups():
        with suppress(OSError, ValueError):  # no such file, or the limit is "max"
            limit = int((group / "memory.max").read_text())
            cache = _fields(group / "memory.stat")["inactive_file"]  # files that would make way
            free = min(free, limit - int((group / "memory.current").read_text()) + cache)
    return max(free, 0)


def _of_process() -> int:
    """Return what the limits on this process's address space and data (``ulimit -v``, ``-d``) leave it."""
    free = sys.maxsize
    with suppress(ImportError, OSError, KeyError):  # not Linux
        import resource

        used = _fields(Path("/proc/self/status"))
        for limit, field in ((resource.RLIMIT_AS, "VmSize:"), (resource.RLIMIT_DATA, "VmData:")):
            most = resource.getrlimit(limit)[0]
            if most != resource.RLIM_INFINITY:
                free = min(free, most - (used[field] << 10))
    return max(free, 0)


def _fields(path: Path) -> dict[str, int]:
    """Return a file of the kernel whose lines are a name and a number; other lines are left out."""
    lines = map(str.split, path.read_text().splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) > 1 and words[1].isdecimal()}
