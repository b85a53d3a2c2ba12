"""The compiled kernel as a backend: it runs a stage where it was built and knows all of the stage's operators."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from ppcn.arrays import Maps, Planes
from ppcn.cores import cores
from ppcn.runtime.engine import statistics
from ppcn.runtime.engine.stage import RowRequest, StageSpec
from ppcn.runtime.engine.statistics import CELLS, STATISTICS, CellSums, Counted, Sums

if TYPE_CHECKING:
    from ppcn_native import Executor

    from ppcn.runtime.lowering.lowering import Lowered, Prepared

try:
    import ppcn_native
except ImportError:  # ppcn was installed where there was no C++ compiler
    ppcn_native = None

SWITCH = "PPCN_KERNEL"  # environment variable: "off", or one of instruction_sets()


def instruction_sets() -> list[str]:
    """Return the instruction sets that the kernel can use on this processor, the fastest first; none if not built."""
    return ppcn_native.instruction_sets() if ppcn_native else []


def in_use() -> str | None:
    """Return the instruction set that new stages use, or None where ONNX Runtime runs all of them."""
    wanted = os.environ.get(SWITCH, "")
    return next((name for name in instruction_sets() if wanted in ("", name)), None)


class KernelStage:
    """A stage as a program of the compiled kernel; see :class:`ppcn.runtime.engine.stage.Stage`."""

    def __init__(self, lowered: "Lowered", executor: "Executor", spec: StageSpec) -> None:
        self._lowered = lowered
        self._executor = executor
        self.spec = spec
        # Rows that are computed in groups are rounded a little differently where the input ends inside a group. It ends
        # elsewhere when maps are computed again; those of the last stage never are.
        self.halo = spec.halo if spec.last else max(spec.halo, self._executor.halo)
        self.channels: Sequence[int] = lowered.channels
        self.passthrough: Mapping[int, int] = {
            made: value for made, value in enumerate(lowered.outputs) if value < len(lowered.maps)
        }
        self._constant = None if lowered.statistics else lowered.prepare([])
        self.runtime = f"kernel ({self._executor.simd})"

    def prepare(self, statistic: Maps) -> "Prepared":
        """Return what follows from the statistic: scales and shifts, and grids."""
        return self._constant if self._constant is not None else self._lowered.prepare(statistic)

    def run(self, maps: Maps, prepared: "Prepared", request: RowRequest) -> tuple[Maps, Counted | None]:
        """Run the program for the requested rows."""
        rows, lowered, scale = request.rows, self._lowered, self.spec.scale
        count, width = rows.stop - rows.start, maps[0].shape[3]
        made, own = [], {}
        wanted = [] if self.spec.observes else zip(lowered.outputs, self.channels, strict=True)
        for number, (value, channels) in enumerate(wanted):
            target = request.into[number] if request.into else None
            if number in self.passthrough:
                passed = maps[value][:, :, rows]
                if target is None:
                    target = passed
                elif not np.may_share_memory(target, passed):
                    target[:] = passed
            else:
                if target is None:
                    target = request.buffers.take((1, channels, count * scale, width * scale))
                own[value] = target[0]
            made.append(target)
        by_cells = self.spec.statistic is not None and STATISTICS[self.spec.statistic].by_cells
        plain, squares = self._executor.run(
            [values[0] for values in maps],
            top=request.top,
            rows=(rows.start, rows.stop),
            outputs=[own[value] for value in sorted(own)],
            affine=prepared.affine,
            grids=prepared.grids,
            photo_rows=request.height,
            summed=lowered.outputs[0] if request.count else -1,
            cells=CELLS if request.count and by_cells else 0,
            threads=cores(),
        )
        if not request.count:
            return made, None
        if by_cells:
            return made, _as_cells(plain, request.height, width)
        return made, Sums(count * width, np.array(plain), np.array(squares))


def stage(graph: bytes, spec: StageSpec) -> KernelStage | None:
    """Return a stage, or None where ONNX Runtime has to run it."""
    simd = in_use()
    if simd is None or ppcn_native is None:
        return None
    from ppcn.runtime.lowering.lowering import UnsupportedError, lower, map_channels
    from ppcn.runtime.lowering.onnx_graph import parse
    from ppcn.runtime.lowering.program import Program

    try:
        parsed, statistics = parse(graph), spec.statistic_inputs
        program = Program(map_channels(parsed, statistics, place=spec.place))
        lowered = lower(parsed, statistics, program, picture=spec.last, place=spec.place)
        return KernelStage(lowered, ppcn_native.Executor(program.data(lowered.outputs), simd), spec)
    except (UnsupportedError, ValueError):
        return None


def counted(strip: Planes, spec: StageSpec, request: RowRequest) -> Counted:
    """Return the sums of a strip, 1xCxHxW, that a stage made as requested, for its statistic."""
    if spec.statistic and STATISTICS[spec.statistic].by_cells:
        return cell_sums(strip, request.top + request.rows.start, request.height)
    return sums(strip)


def sums(strip: Planes) -> Sums:
    """Return what ``statistics.sums`` does, faster where the kernel was built."""
    if ppcn_native is None:
        return statistics.sums(strip)
    channels, rows, width = strip.shape[1:]
    plain, squares = _counter(channels).run(
        [strip[0]], top=0, rows=(0, rows), outputs=[], affine=[], summed=0, threads=cores()
    )
    return Sums(rows * width, np.array(plain), np.array(squares))


def cell_sums(strip: Planes, top: int, height: int) -> CellSums:
    """Return what ``statistics.cell_sums`` does, faster where the kernel was built."""
    if ppcn_native is None:
        return statistics.cell_sums(strip, top, height)
    channels, rows, width = strip.shape[1:]
    found, _ = _counter(channels).run(
        [strip[0]], top, (0, rows), [], [], summed=0, cells=CELLS, threads=cores(), photo_rows=height
    )
    return _as_cells(found, height, width)


def _as_cells(sums: Sequence[float], height: int, width: int) -> CellSums:
    return CellSums(np.array(sums).reshape(-1, CELLS, CELLS), height * width / CELLS**2)


@cache
def _counter(channels: int) -> "Executor":
    """Return the executor of a program without steps: it sums its input."""
    assert ppcn_native
    from ppcn.runtime.lowering.program import Program

    return ppcn_native.Executor(Program([channels]).data(), in_use() or "")
