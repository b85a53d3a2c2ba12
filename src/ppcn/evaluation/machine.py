"""The machine and the versions of programs that figures were made with."""

import os
import platform
from importlib import metadata
from pathlib import Path

import ppcn
from ppcn.cores import cores

PACKAGES = ("numpy", "onnxruntime", "torch")
GIB = 2**30


def machine() -> dict[str, str]:
    """Return processor, cores that may be used, memory, system and versions, as a report prints them."""
    versions = [f"{name} {version}" for name in PACKAGES if (version := _version(name))]
    return {
        "processor": _processor(),
        "cores": str(cores()),
        "memory": _memory(),
        "system": platform.platform(terse=True),
        "programs": ", ".join([f"ppcn {ppcn.__version__}", f"Python {platform.python_version()}", *versions]),
    }


def _processor() -> str:
    """Return the processor's name as the system gives it: on Linux in /proc/cpuinfo only."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIB:.1f} GiB"
    except (AttributeError, ValueError, OSError):  # not on Windows
        return "unknown"


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
