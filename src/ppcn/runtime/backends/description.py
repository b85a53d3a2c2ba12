"""What runs a network, in words."""

import os
from collections.abc import Sequence

from ppcn.runtime.backends import kernel


def describe(runtimes: Sequence[str]) -> str:
    """Return in words what runs a network: ``Engine.runtimes``, stage by stage where they differ."""
    kinds = list(dict.fromkeys(runtimes))
    if len(kinds) == 1:
        return _in_words(kinds[0])
    stages = {kind: [str(number) for number, own in enumerate(runtimes, 1) if own == kind] for kind in kinds}
    return " and ".join(
        f"{_in_words(kind)} for stage{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
        for kind, numbers in stages.items()
    )


def _in_words(runtime: str) -> str:
    if runtime.startswith("kernel"):
        return f"the compiled {runtime}"
    if not kernel.instruction_sets():
        return f"{runtime} (the compiled kernel was not built: there was no GCC or Clang)"
    if kernel.in_use() is None:
        return f"{runtime} ({kernel.SWITCH} is {os.environ[kernel.SWITCH]})"
    return f"{runtime} (the compiled kernel does not know all of its operators)"
