"""Running a staged network over a photo of any size, strip by strip.

Strips have a fixed height and start at fixed rows, and statistics are gathered in float64 in the order of the strips:
a result does not depend on the machine's memory, load or number of workers. Where the maps between two stages fit into
``KEEP_BYTES`` they are kept; for larger photos every sweep computes them again from the photo, strip by strip.
"""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from ppcn.runtime.stages import GraphStage, Maps
from ppcn.runtime.statistics import Accumulator

STRIP_ROWS = 128
KEEP_BYTES = 1 << 30

Progress = Callable[[float], None]
Chain = list[tuple[GraphStage, Maps]]  # stages to run one after the other, each with the statistic it needs


def run(
    stages: Sequence[GraphStage],
    image: NDArray[np.float32],
    *,
    keep: bool | None = None,
    progress: Progress | None = None,
) -> NDArray[np.float32]:
    """Run a network on an image, 1x3xHxW in [0, 1]; return 1xCx(H scale)x(W scale), not clipped.

    ``keep`` says whether maps are kept between stages or computed again: by default the photo's size decides. Both give
    the same bits. ``progress`` is called with the share that is done, from 0 to 1.
    """
    if keep is None:
        keep = kept_bytes(stages, image) <= KEEP_BYTES
    maps: Maps = (image,)
    source, chain, known = maps, [], ()
    for number, stage in enumerate(stages):
        chain = [*chain, (stage, known)]
        last = number == len(stages) - 1

        def tick(share: float, done: int = number) -> None:
            if progress:
                progress((done + share) / len(stages))

        maps, gathered = _sweep(chain, source, keep or last, tick)
        known = stage.known(gathered)
        if keep:
            source, chain = maps, []
    return maps[0]


def kept_bytes(stages: Sequence[GraphStage], image: NDArray[np.float32]) -> int:
    """Return how much memory the largest set of maps between two stages takes."""
    channels = max((sum(stage.channels()) for stage in stages[:-1]), default=0)
    return channels * image.shape[2] * image.shape[3] * image.itemsize


def _sweep(chain: Chain, source: Maps, collect: bool, tick: Progress) -> tuple[Maps, Accumulator]:
    """Run a chain over all strips; return its last stage's maps (none unless collected) and their statistic."""
    stage = chain[-1][0]
    rows, width = source[0].shape[2:]
    scale = stage.scale
    gathered = stage.accumulator()
    shape = (rows * scale, width * scale)
    whole = [np.empty((1, channels, *shape), np.float32) for channels in stage.channels()] if collect else []
    for top in range(0, rows, STRIP_ROWS):
        bottom = min(top + STRIP_ROWS, rows)
        maps = _strip(chain, source, top, bottom)
        if stage.statistic:
            gathered.add(maps[0], squares=stage.statistic == "moments")
        for target, part in zip(whole, maps, strict=False):
            target[:, :, top * scale : bottom * scale] = part
        tick(bottom / rows)
    return whole, gathered


def _strip(chain: Chain, source: Maps, top: int, bottom: int) -> Maps:
    """Run a chain on the source's rows [top, bottom) and as many beside them as its stages see; return just those rows.

    Where the rows end inside the photo, zero padding spoils the outermost: never more than the halo, which is cut off.
    """
    halo = sum(stage.halo for stage, _ in chain)
    first, last = max(top - halo, 0), min(bottom + halo, source[0].shape[2])
    maps: Maps = [values[:, :, first:last] for values in source]
    for stage, known in chain:
        maps = stage.run(maps, known)
    scale = chain[-1][0].scale
    return [values[:, :, (top - first) * scale : (bottom - first) * scale] for values in maps]
