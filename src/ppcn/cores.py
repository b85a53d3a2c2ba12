"""How many threads may work at once: the one rule for the kernel, ONNX Runtime and worker processes.

libvips, which a host program may use itself, is given the number in our own processes alone.
"""

import os
import sys
from contextlib import suppress
from functools import cache
from math import ceil
from pathlib import Path

from ppcn.cgroups import groups


def cores() -> int:
    """Return how many threads this process should use.

    ``OMP_NUM_THREADS`` if it is set; else the processors that the process may run on (affinity), or fewer where a
    container has a quota of processor time.
    """
    wanted = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    if wanted.isdecimal() and int(wanted):
        return int(wanted)
    return max(min(usable_processors(), _quota()), 1)


def usable_processors() -> int:
    """Return how many processors this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def environment_for(threads: int) -> dict[str, str]:
    """Return the environment variables that make a process started with them use that many threads."""
    return {"OMP_NUM_THREADS": str(threads), "VIPS_CONCURRENCY": str(threads)}


@cache
def _quota() -> int:
    """Return how many processors' time the control groups grant, rounded up."""
    quotas = []
    for group in groups("cpu"):
        with suppress(OSError, ValueError):  # no such file, or the quota is "max"
            quota, period = map(int, _quota_and_period(group))
            if quota > 0:  # -1 is no quota
                quotas.append(ceil(quota / period))
    return min(quotas, default=sys.maxsize)


def _quota_and_period(group: Path) -> list[str]:
    """Return a group's microseconds of processor time, and those in which it has them."""
    with suppress(FileNotFoundError):
        return (group / "cpu.max").read_text().split()
    return [(group / f"cpu.cfs_{name}_us").read_text() for name in ("quota", "period")]
