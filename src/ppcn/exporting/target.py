"""The interface of exporters: a network as another program's file, in memory until it is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from ppcn.arrays import Pixels
from ppcn.networks.stages import StagedNetwork

CHECK = "ppcn.check"  # the key of a file's metadata with the result of the check, as JSON


@dataclass(frozen=True)
class Exported:
    """A file that is not written yet: ``run`` runs it on HxWx3 in [0, 1], ``facts`` are for its user.

    ``save(path, metadata, overwrite)`` writes it, whole or not at all, with ``metadata`` inside.
    """

    run: Callable[[Pixels], Pixels]
    save: Callable[[Path, Mapping[str, str], bool], None]
    facts: Mapping[str, Any] = field(default_factory=dict)


class Exporter(Protocol):
    """A module of ``ppcn.exporting.export.TARGETS``; the first of ``PRECISIONS`` is the default."""

    SUFFIX: str
    PRECISIONS: tuple[str, ...]

    def export(self, network: StagedNetwork, size: tuple[int, int], precision: str) -> Exported:
        """Return a network, which is to run on pictures of ``size`` (width, height), as that program's file."""
        ...
