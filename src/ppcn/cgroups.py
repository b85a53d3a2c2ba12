"""Linux control groups (version 2): what a container allows the processes inside."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")


def groups() -> Iterator[Path]:
    """Yield the folder of the group that this process is in, then those of the groups around it; none off Linux."""
    with suppress(OSError):
        own = _OWN.read_text().rpartition("0::/")[2].strip()
        for folder in (_ROOT / own, *(_ROOT / own).parents):
            if folder.is_relative_to(_ROOT):
                yield folder
