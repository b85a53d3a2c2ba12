"""Running a staged network over a picture of any size, strip by strip.

Each stage is swept over the picture: a strip of rows is read, with the halo that the stage sees beside them, the stage
runs on it, and its statistic is gathered or, in the last sweep, the strip goes out. The maps that a stage makes are
kept for the next sweep where they fit into the memory that is given; else the next sweep computes them again from what
was kept before, or from the picture itself. Both give the same bits, strips follow from the picture's size alone, and
their sums are added exactly: a result depends on neither the memory nor the load of the machine, nor on the order of
the strips.
"""

from collections.abc import Callable, Iterator, Sequence

from ppcn.runtime.rows import KeptRows, Maps, Planes, Rows
from ppcn.runtime.stages import Stage, known
from ppcn.runtime.statistics import sums, total

STRIP_ROWS = 128
STRIP_PIXELS = 1 << 18  # wider pictures have lower strips, so that one takes no more memory
LEAST_ROWS = 16

Progress = Callable[[float], None]
Chain = list[tuple[Stage, Maps]]  # stages to run one after the other, each with the statistic that it takes


def run(
    stages: Sequence[Stage], picture: Rows, *, memory: int, progress: Progress | None = None
) -> Iterator[tuple[int, Planes]]:
    """Run a network on a picture, three channels in [0, 1]; yield the strips of the result, each with its first row.

    A strip is 1xCx(rows scale)x(width scale), not clipped. ``memory`` is how many bytes the picture, a result of the
    same kind and the maps that are kept may take together. ``progress`` is told the share that is done, from 0 to 1.
    """
    source, chain, statistic = picture, [], []
    plan = _plan(stages, picture, memory)
    work = picture.height * sum(length for length, _ in plan)
    done = 0
    for stage, (length, keep) in zip(stages, plan, strict=True):
        chain = [*chain, (stage, statistic)]
        kept = KeptRows(stage.channels, picture.height, picture.width) if keep else None
        gathered = []
        for rows, maps in _sweep(chain, source):
            if stage.statistic is None:
                yield rows.start * stage.scale, maps[0]
            else:
                gathered.append(sums(maps[0]))
            if kept:
                kept.write(rows.start, maps)
            done += length * (rows.stop - rows.start)
            if progress:
                progress(done / work)
        if stage.statistic:
            statistic = known(stage.statistic, total(gathered))
        if kept:
            source, chain = kept, []


def strips_of(height: int, width: int) -> Iterator[slice]:
    """Yield the rows of each strip."""
    rows = min(max(STRIP_PIXELS // width, LEAST_ROWS), STRIP_ROWS)
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))


def _plan(stages: Sequence[Stage], picture: Rows, memory: int) -> list[tuple[int, bool]]:
    """Return, for each stage, how many stages its sweep has to run and whether its maps are kept.

    While maps are made, those that they are made from are held too. A stage that sees no neighbours is a small one:
    to compute it again is cheaper than to keep its maps.
    """
    free = memory - picture.nbytes * (1 + stages[-1].scale ** 2)
    plan, length, held = [], 0, 0
    for stage in stages:
        length += 1
        size = 4 * sum(stage.channels) * picture.height * picture.width  # float32
        keep = stage.statistic is not None and stage.halo > 0 and held + size <= free
        plan.append((length, keep))
        if keep:
            length, held = 0, size
    return plan


def _sweep(chain: Chain, source: Rows) -> Iterator[tuple[slice, Maps]]:
    """Run a chain strip by strip; yield the rows of each and what the last stage makes of just them.

    Where the rows that are read end inside the picture, zero padding spoils the outermost: never more than the halo,
    which is cut off.
    """
    halo = sum(stage.halo for stage, _ in chain)
    scale = chain[-1][0].scale
    for rows in strips_of(source.height, source.width):
        first, last = max(rows.start - halo, 0), min(rows.stop + halo, source.height)
        maps = source.read(first, last)
        for stage, statistic in chain:
            maps = stage.run(maps, statistic)
        inner = slice((rows.start - first) * scale, (rows.stop - first) * scale)
        yield rows, [values[:, :, inner] for values in maps]
