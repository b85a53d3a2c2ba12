"""How much memory a photo takes, and how much there is."""

import os
import sys
from contextlib import suppress
from pathlib import Path

from ppcn.cgroups import groups
from ppcn.cores import cores
from ppcn.images.unreadable import NotEnoughMemory
from ppcn.runtime.engine.engine import MEMORY
from ppcn.runtime.engine.strips import rows_of_strip

# In bytes a pixel, above what ``benchmarks/memory.py`` measures: maps of all stages, and what a strip in hand takes for
# each pixel that is made of it.
MAPS, STRIP = 216, 160

# What a photo of any size takes of a process's limits, in bytes: modules and the tables of codecs; and for each core a
# thread of the kernel, of libvips and of a codec, whose stacks count as a whole.
FIXED, THREADS, STACK = 32 << 20, 3, 8 << 20

# A control group's files with its limit and with what it uses, in version 2 and 1, and the line of its statistics with
# what is kept of files and would make way.
_OF_GROUP = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


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
    for group in groups("memory"):
        for limit, used, files in _OF_GROUP:
            with suppress(OSError, ValueError):  # no such file, or the limit is "max"
                most = int((group / limit).read_text())
                cache = _fields(group / "memory.stat")[files]
                free = min(free, most - int((group / used).read_text()) + cache)
    return max(free, 0)


def _of_process() -> int:
    """Return what the limits on this process's address space and data (``ulimit -v``, ``-d``) leave a photo.

    The threads that work on it are counted too, where they do not run yet: those of libvips and of codecs cannot tell a
    lack of memory from a damaged photo.
    """
    free = sys.maxsize
    with suppress(ImportError, OSError, KeyError):  # not Linux
        import resource

        used = _fields(Path("/proc/self/status"))
        fixed = FIXED + max(THREADS * cores() - used["Threads:"], 0) * STACK
        for limit, field in ((resource.RLIMIT_AS, "VmSize:"), (resource.RLIMIT_DATA, "VmData:")):
            most = resource.getrlimit(limit)[0]
            if most != resource.RLIM_INFINITY:
                free = min(free, most - (used[field] << 10) - fixed)
    return max(free, 0)


def _fields(path: Path) -> dict[str, int]:
    """Return a file of the kernel whose lines are a name and a number; other lines are left out."""
    lines = map(str.split, path.read_text().splitlines())
    return {words[0]: int(words[1]) for words in lines if len(words) > 1 and words[1].isdecimal()}
