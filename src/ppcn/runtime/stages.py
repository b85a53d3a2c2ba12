"""A network's stages, ready to run: the runtime's side of ``ppcn.networks.stages``."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ppcn.runtime.providers import open_session
from ppcn.runtime.rows import Maps
from ppcn.runtime.statistics import Sums, mean, variance

STATISTICS: dict[str, tuple[Callable[[Sums], NDArray[np.float64]], ...]] = {
    "mean": (mean,),
    "moments": (mean, variance),
}


class Stage(Protocol):
    """One local step of a network: all that ``strips`` asks of whatever computes it.

    ``halo`` is how many rows beyond its own an output row can see; ``scale`` how many output rows come from an input
    row (1 but for a network's last stage); ``channels`` how many each map that it makes has; ``statistic`` what the
    next stage needs to know of the first of them: a key of ``STATISTICS``, or None for the last stage.
    """

    halo: int
    scale: int
    channels: Sequence[int]
    statistic: str | None

    def run(self, maps: Maps, known: Maps) -> Maps:
        """Apply the step to rows of maps, each float32 1xCxHxW, as if they were a whole picture; return new arrays.

        The maps are those of the stage before (of the first stage: the picture), ``known`` is the whole picture's
        statistic that the stage before asks for: no array, a mean, or a mean and a variance, each float32 1xCx1x1.
        """
        ...


class GraphStage:
    """A stage that ONNX Runtime computes."""

    def __init__(self, session: Any, halo: int, scale: int, statistic: str | None) -> None:
        self.halo, self.scale, self.statistic = halo, scale, statistic
        self.channels: Sequence[int] = [output.shape[1] for output in session.get_outputs()]
        self._session = session
        self._names = [value.name for value in session.get_inputs()]

    def run(self, maps: Maps, known: Maps) -> Maps:
        """Run the graph."""
        return self._session.run(None, dict(zip(self._names, (*maps, *known), strict=True)))


def known(statistic: str, sums: Sums) -> Maps:
    """Return a statistic in the form in which the next stage takes it."""
    return [function(sums).astype(np.float32).reshape(1, -1, 1, 1) for function in STATISTICS[statistic]]


def read_stages(metadata: dict[str, str], name: str, provider: str) -> list[GraphStage]:
    """Return the stages that the metadata of the model file ``name`` carries: none if ppcn did not make it."""
    return [
        GraphStage(
            session=open_session(base64.b64decode(stage["graph"]), name, provider),
            halo=stage["halo"],
            scale=stage["scale"],
            statistic=stage["statistic"],
        )
        for stage in json.loads(metadata.get("ppcn.stages", "[]"))
    ]
