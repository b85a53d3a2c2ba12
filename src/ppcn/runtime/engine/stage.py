"""The stages of a network at run time: what the engine asks of a backend that computes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ppcn.arrays import Maps
from ppcn.runtime.engine.buffer_pool import Buffers
from ppcn.runtime.engine.statistics import Counted


@dataclass(frozen=True)
class StageSpec:
    """What a model file says of a stage (the key ``ppcn.stages`` of its metadata).

    ``halo``: input rows beyond its own that an output row can see; ``scale``: output rows from one input row (1 but for
    the last stage); ``statistic``: what the next stage needs to know of the first map, a key of ``STATISTICS`` or None;
    ``row_multiple``: a strip begins at a multiple of so many rows; ``statistic_inputs``: how many of the graph's last
    inputs are the statistic of the stage before; ``last``: it makes the picture, clipped to [0, 1]; ``observes``: its
    maps serve the statistic alone, and the next stage takes those that this one took; ``place``: the graph's last input
    is where the rows lie, float32 of the first row that it is given and the photo's height.
    """

    halo: int
    scale: int
    statistic: str | None
    row_multiple: int
    statistic_inputs: int
    last: bool
    observes: bool = False
    place: bool = False


@dataclass(frozen=True)
class RowRequest:
    """The rows that a stage is to make: ``rows`` of the maps that it is given, whose first row is the photo's ``top``.

    ``height`` is the photo's. ``count``: whether the sums of the first map over these rows are wanted, too. ``into``:
    arrays for the maps; without them the stage takes some from ``buffers``, or makes them.
    """

    top: int
    height: int
    rows: slice
    buffers: Buffers
    count: bool = False
    into: Maps | None = None


class Stage(Protocol):
    """One local step of a network.

    ``spec`` is what the model file says; ``halo`` may be larger than there, where rows are computed in groups;
    ``channels`` how many each of its maps has; ``passthrough`` which of its maps are just maps that it is given, and
    which; ``runtime`` is what computes it, for messages.
    """

    spec: StageSpec
    halo: int
    channels: Sequence[int]
    passthrough: Mapping[int, int]
    runtime: str

    def prepare(self, statistic: Maps) -> Any:
        """Return what a sweep needs of the statistic of the stage before, as ``statistics.statistic`` gives it."""
        ...

    def run(self, maps: Maps, prepared: Any, request: RowRequest) -> tuple[Maps, Counted | None]:
        """Apply the step to rows of maps, each float32 1xCxHxW, as if they were a whole photo.

        The maps are those of the stage before (of the first stage: the picture), ``prepared`` is what ``prepare`` gave.
        A stage that only observes may return no maps.
        """
        ...
