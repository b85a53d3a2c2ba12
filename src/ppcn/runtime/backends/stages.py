"""A network's stages, ready to run: the runtime's side of ``ppcn.networks.stages``."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ppcn.runtime.backends import kernel
from ppcn.runtime.backends.kernel import Facts, Maps
from ppcn.runtime.backends.onnx_runtime import open_session
from ppcn.runtime.engine.buffer_pool import Room
from ppcn.runtime.engine.statistics import Sums, mean, sums, variance

STATISTICS: dict[str, tuple[Callable[[Sums], NDArray[np.float64]], ...]] = {
    "mean": (mean,),
    "moments": (mean, variance),
}


@dataclass(frozen=True)
class Wanted:
    """Which rows a stage is to make: ``rows`` of the maps that it is given, whose first is row ``top`` of the picture.

    ``count``: whether the sums of the first map over these rows are wanted, too. ``into``: arrays for the maps; else
    the stage takes some from ``room``, or makes them.
    """

    top: int
    rows: slice
    room: Room
    count: bool = False
    into: Maps | None = None


class Stage(Protocol):
    """One local step of a network: all that ``strips`` asks of whatever computes it.

    ``halo`` is how many rows beyond its own an output row can see; ``scale`` how many output rows come from an input
    row (1 but for a network's last stage, which makes a picture, clipped to [0, 1]); ``grid`` is a number of rows:
    what it is given begins at a multiple of it; ``channels`` how many each map that it makes has; ``statistic`` what
    the next stage needs to know of the first of them: a key of ``STATISTICS``, or None; ``passed`` which of its maps
    are just maps that it is given, and which; ``runtime`` what computes it, for messages.
    """

    halo: int
    scale: int
    grid: int
    channels: Sequence[int]
    statistic: str | None
    passed: Mapping[int, int]
    runtime: str

    def prepare(self, known: Maps) -> Any:
        """Return what a sweep needs of ``known``, the whole picture's statistic that the stage before asks for.

        That is no array, a mean, or a mean and a variance, each float32 1xCx1x1.
        """
        ...

    def run(self, maps: Maps, prepared: Any, wanted: Wanted) -> tuple[Maps, Sums | None]:
        """Apply the step to rows of maps, each float32 1xCxHxW, as if they were a whole picture.

        The maps are those of the stage before (of the first stage: the picture), ``prepared`` is what ``prepare`` gave.
        """
        ...


class GraphStage:
    """A stage that ONNX Runtime computes."""

    runtime = "ONNX Runtime"
    passed: Mapping[int, int] = MappingProxyType({})  # not known of a graph

    def __init__(self, session: Any, facts: Facts) -> None:
        self.halo, self.scale, self.grid = facts.halo, facts.scale, facts.grid
        self.statistic, self._picture = facts.statistic, facts.picture
        self.channels: Sequence[int] = [output.shape[1] for output in session.get_outputs()]
        self._session = session
        self._names = [value.name for value in session.get_inputs()]

    def prepare(self, known: Maps) -> Maps:
        """Return the statistic: the graph takes it as it is."""
        return known

    def run(self, maps: Maps, prepared: Maps, wanted: Wanted) -> tuple[Maps, Sums | None]:
        """Run the graph on all rows, and cut out those that are wanted."""
        made = self._session.run(None, dict(zip(self._names, (*maps, *prepared), strict=True)))
        rows = slice(wanted.rows.start * self.scale, wanted.rows.stop * self.scale)
        made = [values[:, :, rows] for values in made]
        if self._picture:
            made = [np.clip(values, 0, 1, out=values) for values in made]
        for target, values in zip(wanted.into or (), made, strict=False):
            target[:] = values
        return wanted.into or made, (kernel.sums_of(made[0]) or sums(made[0])) if wanted.count else None


def known(statistic: str, gathered: Sums) -> Maps:
    """Return a statistic in the form in which the next stage takes it."""
    return [function(gathered).astype(np.float32).reshape(1, -1, 1, 1) for function in STATISTICS[statistic]]


def read_stages(metadata: dict[str, str], name: str, provider: str) -> list[Stage]:
    """Return the stages that the metadata of the model file ``name`` carries: none if ppcn did not make it.

    On the CPU the compiled kernel runs each stage that it can, ONNX Runtime the others.
    """
    stages: list[Stage] = []
    statistics = 0
    carried = json.loads(metadata.get("ppcn.stages", "[]"))
    for number, stage in enumerate(carried, 1):
        graph = base64.b64decode(stage["graph"])
        facts = Facts(
            stage["halo"], stage["scale"], stage["statistic"], stage.get("grid", 1), picture=number == len(carried)
        )
        compiled = kernel.stage(graph, statistics, facts) if provider == "cpu" else None
        stages.append(compiled or GraphStage(open_session(graph, name, provider), facts))
        statistics = len(STATISTICS.get(stage["statistic"], ()))
    return stages
