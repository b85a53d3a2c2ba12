"""A network's stages as graphs: the runtime's side of ``ppcn.networks.stages``."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ppcn.runtime.providers import open_session
from ppcn.runtime.statistics import Accumulator

Maps = Sequence[NDArray[np.float32]]


@dataclass(frozen=True)
class GraphStage:
    """One local step: a session, and how far it looks (``halo`` rows of its input) and enlarges (``scale``).

    ``statistic`` is "mean", "moments" or None: what the next stage needs to know of this one's first map.
    """

    session: Any
    halo: int
    scale: int
    statistic: str | None

    def run(self, maps: Maps, known: Maps) -> Maps:
        """Apply the step to rows of maps (each 1xCxHxW), with the statistic that the stage before gathered."""
        names = [value.name for value in self.session.get_inputs()]
        return self.session.run(None, dict(zip(names, (*maps, *known), strict=True)))

    def channels(self) -> list[int]:
        """Return the number of channels of each map that the step makes."""
        return [value.shape[1] for value in self.session.get_outputs()]

    def accumulator(self) -> Accumulator:
        """Return an empty accumulator for this stage's statistic."""
        return Accumulator(self.channels()[0])

    def known(self, gathered: Accumulator) -> Maps:
        """Return the gathered statistic in the form that the next stage takes it."""
        match self.statistic:
            case "mean":
                values = [gathered.mean()]
            case "moments":
                values = [gathered.mean(), gathered.variance()]
            case _:
                values = []
        return [value.astype(np.float32).reshape(1, -1, 1, 1) for value in values]


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
