"""The paper's tables and figures beside ours: ``ppcn reproduce``. A new one is one line in ``PARTS``."""

from collections.abc import Callable, Iterable
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the command asks this file for the names alone: it has to stay light
    from ppcn.evaluation.reproduce.report.part import Part

PARTS = {
    "table1": "super_resolution:table1",
    "table2": "super_resolution:table2",
    "table3": "enhancement:table3",
    "table4": "enhancement:table4",
    **{f"figure{number}": f"architectures:figure{number}" for number in (2, 3, 4)},
    **{f"figure{number}": f"comparisons:figure{number}" for number in (1, 5, 6, 7, 8, 9, 10)},
}
NAMES = [*(f"table{number}" for number in range(1, 5)), *(f"figure{number}" for number in range(1, 11))]


def reproduce(
    names: Iterable[str],
    output: Path,
    *,
    data: Path | None = None,
    reference: Path | None = None,
    progress: Callable[[str, float], None] = lambda _work, _share: None,
) -> "list[Part]":
    """Make the named tables and figures, and write the report of them into a folder; return them, in our order.

    ``data`` holds the test pictures, ``reference`` the released checkpoints; what is missing there costs the cells that
    need it. Results are kept in ``output/cache``, where an interrupted run goes on. ``progress`` is told the work and
    the share done. Raises ValueError for an unknown name, OutputError where something cannot be written.
    """
    from ppcn import registry
    from ppcn.evaluation.reproduce.cache import Cache
    from ppcn.evaluation.reproduce.inputs import Inputs
    from ppcn.evaluation.reproduce.report.page import write_report

    wanted = set(names)
    if not wanted or not wanted.issubset(NAMES):
        raise ValueError(f"expected some of {', '.join(NAMES)}, got {', '.join(sorted(wanted)) or 'none'}")
    data, reference = (folder and folder.absolute() for folder in (data, reference))
    inputs = Inputs(Cache(output / "cache"), data, reference, registry.cards(), progress)
    parts: list[Part] = [resolve_name(f"{__name__}.parts.{PARTS[name]}")(inputs) for name in NAMES if name in wanted]
    write_report(parts, "all" if len(parts) == len(NAMES) else " ".join(part.name for part in parts), output)
    return parts
