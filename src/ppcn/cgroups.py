"""Linux control groups (versions 1 and 2): what a container allows the processes inside."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_OWN = Path("/proc/self/cgroup")


def groups(controller: str) -> Iterator[Path]:
    """Yield the folder of each group that limits this process's use of a ``controller``, "memory" or "cpu".

    A group comes before those around it. In version 1 the controller has a hierarchy of its own, in version 2 there is
    one for all; a system may have both. A folder need not exist: a container may see its own group as the root. There
    are none off Linux.
    """
    with suppress(OSError):
        for line in _OWN.read_text().splitlines():
            _, controllers, own = line.split(":", 2)
            if not controllers:  # version 2
                yield from _upwards(_ROOT, own)
            elif controller in controllers.split(","):
                yield from _upwards(_ROOT / controller, own)


def _upwards(root: Path, own: str) -> Iterator[Path]:
    """Yield the folder of a group, then those around it, up to the root of its hierarchy."""
    folder = root / own.lstrip("/")
    yield folder
    yield from (parent for parent in folder.parents if parent.is_relative_to(root))
