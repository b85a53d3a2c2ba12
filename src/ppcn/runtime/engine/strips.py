"""Running a network's stages over a picture of any size, strip by strip.

Each stage is swept over the picture: a strip of rows is read with its halo, the stage runs on it, and its statistic is
gathered or, in the last sweep, the strip goes out. Maps are kept for the next sweep where they fit into the given
memory, else computed again, with the same bits. Strips follow from the picture's size alone, and their sums are added
exactly: a result depends on neither the memory nor the load of the machine.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from ppcn.arrays import Maps, Planes
from ppcn.runtime.engine.buffer_pool import Buffers
from ppcn.runtime.engine.row_sources import BufferedRows, RowSource
from ppcn.runtime.engine.stage import RowRequest, Stage
from ppcn.runtime.engine.statistics import Counted, statistic, total

STRIP_ROWS = 256
STRIP_PIXELS = 1_000_000  # rows by the result's columns: wider pictures have lower strips, which take no more memory
LEAST_ROWS = 48  # so that the halo costs less than the strip

Progress = Callable[[float], None]  # is told the share that is done, from 0 to 1
Target = Callable[[int, int], Maps]  # gives the memory for the rows [top, bottom) that a sweep makes
Chain = list[tuple[Stage, Any]]  # stages that one sweep runs, each with what it has prepared


def run(
    stages: Sequence[Stage], picture: RowSource, into: Target, *, memory: int, progress: Progress | None = None
) -> Iterator[tuple[slice, Planes]]:
    """Run a network on a picture, three channels in [0, 1]; yield the strips of the result, each with its rows.

    A strip is what ``into`` gave for its rows, 1x3x(rows)x(width scale), now filled. ``memory`` is how many bytes the
    picture, a result of the same type and the maps that are kept may take together.
    """
    with Buffers() as buffers:
        yield from _run(stages, picture, into, _plan(stages, picture, memory), buffers, progress or (lambda _: None))


def _run(
    stages: Sequence[Stage],
    picture: RowSource,
    into: Target,
    plan: list[tuple[int, bool]],
    buffers: Buffers,
    progress: Progress,
) -> Iterator[tuple[slice, Planes]]:
    source, chain, known = picture, [], []
    work = picture.height * sum(length for length, _ in plan)
    done = 0
    for stage, (length, keep) in zip(stages, plan, strict=True):
        chain = [*chain, (stage, stage.prepare(known))]
        known = []
        if not length:
            continue
        kept = None
        if keep:
            given = source.maps if isinstance(source, BufferedRows) and len(chain) == 1 else []
            existing = {made: given[read] for made, read in stage.passthrough.items() if read < len(given)}
            kept = BufferedRows(buffers, stage.channels, picture.height, picture.width, existing)
        gathered = []
        scale = stage.spec.scale
        target = into if stage.spec.last else kept.read if kept else None
        for rows, maps, counted in _sweep(chain, source, target):
            if counted:
                gathered.append(counted)
            if stage.spec.last:
                yield slice(rows.start * scale, rows.stop * scale), maps[0]
            done += length * (rows.stop - rows.start)
            progress(done / work)
        if stage.spec.statistic:
            known = statistic(stage.spec.statistic, total(gathered))
        if stage.spec.observes:
            chain = chain[:-1]
        if kept:
            source, chain = kept, []
            buffers.keep_only(kept.maps)


def rows_of_strip(width: int, scale: int) -> int:
    """Return how many rows a strip has, at most, for a network that makes a picture ``scale`` times larger."""
    return min(max(STRIP_PIXELS // (width * scale), LEAST_ROWS), STRIP_ROWS)


def strips_of(height: int, width: int, scale: int) -> Iterator[slice]:
    """Yield the rows of each strip."""
    rows = rows_of_strip(width, scale)
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))


def _plan(stages: Sequence[Stage], picture: RowSource, memory: int) -> list[tuple[int, bool]]:
    """Return, for each stage, how many stages its sweep has to run (0: no sweep) and whether its maps are kept.

    While maps are made, those that they are made from are held too. To compute a stage without a halo again costs less
    than to keep its maps.
    """
    free = memory - picture.nbytes * (1 + stages[-1].spec.scale ** 2)
    plan, length, held = [], 0, 0
    for stage in stages:
        length += 1
        size = 4 * sum(stage.channels) * picture.height * picture.width  # float32
        keep = not (stage.spec.last or stage.spec.observes) and stage.halo > 0 and held + size <= free
        plan.append((length if keep or stage.spec.last or stage.spec.statistic else 0, keep))
        if keep:
            length, held = 0, size
        length -= stage.spec.observes
    return plan


def _sweep(chain: Chain, source: RowSource, target: Target | None) -> Iterator[tuple[slice, Maps, Counted | None]]:
    """Run a chain strip by strip; yield the rows of each, the maps that its last stage makes of them, and their sums.

    Where the rows that are read end inside the picture, zero padding spoils the outermost, never more than the halo,
    which is cut off. Each stage makes just the rows that the next one reads.
    """
    with Buffers() as buffers:  # for the maps between two stages of the chain
        for rows in strips_of(source.height, source.width, chain[-1][0].spec.scale):
            spans = [rows]  # the rows that the chain is given, and those that each of its stages makes
            for stage, _ in reversed(chain):
                spans.insert(0, _with_halo(spans[0], stage, source.height))
            maps, counted = source.read(spans[0].start, spans[0].stop), None
            for number, ((stage, prepared), (given, made)) in enumerate(zip(chain, pairwise(spans), strict=True), 1):
                end, scale = number == len(chain), stage.spec.scale
                request = RowRequest(
                    given.start,
                    source.height,
                    slice(made.start - given.start, made.stop - given.start),
                    buffers,
                    count=end and stage.spec.statistic is not None,
                    into=target(made.start * scale, made.stop * scale) if end and target else None,
                )
                maps, counted = stage.run(maps, prepared, request)
                buffers.keep_only(maps)
            yield rows, maps, counted


def _with_halo(rows: slice, stage: Stage, height: int) -> slice:
    start = max(rows.start - stage.halo, 0)
    return slice(start - start % stage.spec.row_multiple, min(rows.stop + stage.halo, height))
