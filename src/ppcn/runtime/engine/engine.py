"""A network, ready to run on pictures."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ppcn.arrays import Maps, Pixels, as_pixels, as_planes
from ppcn.runtime.engine import strips
from ppcn.runtime.engine.buffer_pool import new_array
from ppcn.runtime.engine.row_sources import ArrayRows, RowSource
from ppcn.runtime.engine.stage import Stage
from ppcn.runtime.engine.strips import Progress

MEMORY = 1 << 30

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class Strip:
    """Some rows of a result: ``pixels``, float32 in [0, 1], are the ``rows`` of a picture whose shape is ``of``."""

    rows: slice
    pixels: Pixels
    of: Shape


class Engine(ABC):
    """A network held in memory: make it once, call it on any number of pictures, from any thread.

    ``model`` (its ONNX file), ``name`` (for messages) and ``provider`` (the hardware asked for) make the same engine in
    another process. ``runtimes`` says what computes each stage, ``halo`` how many rows beyond its own a row of the
    result can see, ``scale`` how many times larger the result is; of foreign files they are 0 and 1.
    """

    halo: int = 0
    scale: int = 1

    def __init__(self, model: bytes, name: str, provider: str, runtimes: Sequence[str]) -> None:
        self.model = model
        self.name = name
        self.provider = provider
        self.runtimes = runtimes

    @abstractmethod
    def strips(self, picture: RowSource, progress: Progress | None = None) -> Iterator[Strip]:
        """Run the network on a picture that is read in rows; yield the result in strips, never held as a whole.

        The first strip comes when all statistics of the picture are known; each may be overwritten by the next. The
        picture must not change meanwhile.
        """

    @abstractmethod
    def __call__(self, image: Pixels, progress: Progress | None = None) -> Pixels:
        """Run on HxWx3 float32 in [0, 1]; return (H scale)x(W scale)x3 in [0, 1]. Raises MemoryError."""


class StagedEngine(Engine):
    """A network that runs stage by stage, so that a picture of any size fits.

    ``memory`` is how many bytes a picture, its result and the maps that are kept between stages may take together: maps
    that do not fit are computed again, which gives the same bits.
    """

    def __init__(self, stages: Sequence[Stage], model: bytes, name: str, provider: str) -> None:
        super().__init__(model, name, provider, [stage.runtime for stage in stages])
        self.stages = stages
        self.memory = MEMORY
        self.halo = sum(stage.halo for stage in stages)
        self.scale = stages[-1].spec.scale

    def __call__(self, image: Pixels, progress: Progress | None = None) -> Pixels:
        """Run the network on a picture; see :class:`Engine`."""
        picture = ArrayRows(image)
        result = np.empty(self._shape(picture), np.float32)
        for _ in strips.run(self.stages, picture, ArrayRows(result).read, memory=self.memory, progress=progress):
            pass
        return result

    def strips(self, picture: RowSource, progress: Progress | None = None) -> Iterator[Strip]:
        """Yield the result in strips; see :class:`Engine`."""
        of = self._shape(picture)

        strip = new_array((min(strips.rows_of_strip(picture.width, self.scale), picture.height) * self.scale, *of[1:]))

        def into(top: int, bottom: int) -> Maps:
            return [as_planes(strip[: bottom - top])]

        for rows, planes in strips.run(self.stages, picture, into, memory=self.memory, progress=progress):
            yield Strip(rows, as_pixels(planes), of)

    def _shape(self, picture: RowSource) -> Shape:
        return picture.height * self.scale, picture.width * self.scale, 3
