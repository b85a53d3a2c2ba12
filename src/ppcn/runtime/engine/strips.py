"""Running a staged network over a picture of any size, strip by strip.

Each stage is swept over the picture: a strip of rows is read, with the halo that the stage sees beside them, the stage
runs on it, and its statistic is gathered or, in the last sweep, the strip goes out. The maps that a stage makes are
kept for the next sweep where they fit into the memory that is given; else the next sweep computes them again from what
was kept before, or from the picture itself. Both give the same bits, strips follow from the picture's size alone, and
their sums are added exactly: a result depends on neither the memory nor the load of the machine, nor on the order of
the strips.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from ppcn.runtime.backends.kernel import Maps, Planes
from ppcn.runtime.backends.stages import Stage, Wanted, known
from ppcn.runtime.engine.buffer_pool import Room
from ppcn.runtime.engine.row_sources import KeptRows, Rows
from ppcn.runtime.engine.statistics import Sums, total

STRIP_ROWS = 256
STRIP_PIXELS = 1_000_000  # rows by the result's columns: wider pictures have lower strips, which take no more memory
LEAST_ROWS = 48  # so that what is computed beside a strip stays less than the strip

Progress = Callable[[float], None]
Target = Callable[[int, int], Maps]  # gives the rows [top, bottom) of what a sweep makes, to be filled
Chain = list[tuple[Stage, Any]]  # stages to run one after the other, each with what it has prepared


def run(
    stages: Sequence[Stage], picture: Rows, into: Target, *, memory: int, progress: Progress | None = None
) -> Iterator[tuple[slice, Planes]]:
    """Run a network on a picture, three channels in [0, 1]; yield the strips of the result, each with its rows.

    A strip is what ``into`` gave for its rows, 1x3x(rows)x(width scale), now filled. ``memory`` is how many bytes the
    picture, a result of the same kind and the maps that are kept may take together. ``progress`` is told the share that
    is done, from 0 to 1.
    """
    with Room() as room:
        plan = _plan(stages, picture, memory)
        yield from _run(stages, picture, into, plan, room, progress or (lambda _share: None))


def _run(
    stages: Sequence[Stage],
    picture: Rows,
    into: Target,
    plan: list[tuple[int, bool]],
    room: Room,
    progress: Progress,
) -> Iterator[tuple[slice, Planes]]:
    source, chain, statistic = picture, [], []
    work = picture.height * sum(length for length, _ in plan)
    done = 0
    for stage, (length, keep) in zip(stages, plan, strict=True):
        chain = [*chain, (stage, stage.prepare(statistic))]
        statistic = []
        if not length:
            continue
        kept = None
        if keep:
            at_hand = source.maps if isinstance(source, KeptRows) and len(chain) == 1 else []
            same = {number: at_hand[given] for number, given in stage.passed.items() if given < len(at_hand)}
            kept = KeptRows(room, stage.channels, picture.height, picture.width, same)
        gathered = []
        target = into if stage is stages[-1] else kept.read if kept else None
        for rows, maps, counted in _sweep(chain, source, target):
            if counted:
                gathered.append(counted)
            if stage is stages[-1]:
                yield slice(rows.start * stage.scale, rows.stop * stage.scale), maps[0]
            done += length * (rows.stop - rows.start)
            progress(done / work)
        if stage.statistic:
            statistic = known(stage.statistic, total(gathered))
        if kept:
            source, chain = kept, []
            room.keep_only(kept.maps)


def rows_of_strip(width: int, scale: int) -> int:
    """Return how many rows a strip has, at most, for a network that makes a picture ``scale`` times larger."""
    return min(max(STRIP_PIXELS // (width * scale), LEAST_ROWS), STRIP_ROWS)


def strips_of(height: int, width: int, scale: int) -> Iterator[slice]:
    """Yield the rows of each strip."""
    rows = rows_of_strip(width, scale)
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))


def _plan(stages: Sequence[Stage], picture: Rows, memory: int) -> list[tuple[int, bool]]:
    """Return, for each stage, how many stages its sweep has to run and whether its maps are kept.

    While maps are made, those that they are made from are held too. A stage that sees no neighbours is a small one:
    to compute it again is cheaper than to keep its maps. A sweep of no stages is none: the next one does its work.
    """
    free = memory - picture.nbytes * (1 + stages[-1].scale ** 2)
    plan, length, held = [], 0, 0
    for stage in stages:
        length += 1
        size = 4 * sum(stage.channels) * picture.height * picture.width  # float32
        last = stage is stages[-1]
        keep = not last and stage.halo > 0 and held + size <= free
        plan.append((length if keep or last or stage.statistic else 0, keep))
        if keep:
            length, held = 0, size
    return plan


def _sweep(chain: Chain, source: Rows, target: Target | None) -> Iterator[tuple[slice, Maps, Sums | None]]:
    """Run a chain strip by strip; yield the rows of each, what the last stage makes of just them, and its sums.

    Where the rows that are read end inside the picture, zero padding spoils the outermost: never more than the halo,
    which is cut off. Each stage makes just what the next one reads, so that this one sees the same rows whether they
    were kept or are computed again.
    """
    with Room() as room:  # for what one stage makes for the next
        for rows in strips_of(source.height, source.width, chain[-1][0].scale):
            spans = [rows]  # what the chain is given, and what each stage of it makes
            for stage, _ in reversed(chain):
                spans.insert(0, _around(spans[0], stage, source.height))
            maps, counted = source.read(spans[0].start, spans[0].stop), None
            for number, ((stage, prepared), (given, made)) in enumerate(zip(chain, pairwise(spans), strict=True), 1):
                last = number == len(chain)
                wanted = Wanted(
                    given.start,
                    slice(made.start - given.start, made.stop - given.start),
                    room,
                    count=last and stage.statistic is not None,
                    into=target(made.start * stage.scale, made.stop * stage.scale) if last and target else None,
                )
                maps, counted = stage.run(maps, prepared, wanted)
                room.keep_only(maps)
            yield rows, maps, counted


def _around(rows: slice, stage: Stage, height: int) -> slice:
    start = max(rows.start - stage.halo, 0)
    return slice(start - start % stage.grid, min(rows.stop + stage.halo, height))
