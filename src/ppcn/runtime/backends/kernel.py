"""Stages that the compiled kernel runs, where it was built and where it knows all that a stage does."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ppcn.cores import cores
from ppcn.runtime.engine.statistics import Sums
from ppcn.runtime.lowering.onnx_graph import parse

Planes = NDArray[np.float32]  # 1xCxHxW
Maps = Sequence[Planes]
ScalesAndShifts = Sequence[tuple[NDArray[np.float32], NDArray[np.float32]]]

if TYPE_CHECKING:
    from ppcn_native import Executor

    from ppcn.runtime.backends.stages import Wanted
    from ppcn.runtime.lowering.lowering import Lowered

try:
    import ppcn_native
except ImportError:  # ppcn was installed where there was no C++ compiler
    ppcn_native = None

SWITCH = "PPCN_KERNEL"  # environment variable: "off", or one of instruction_sets()


def instruction_sets() -> list[str]:
    """Return what the kernel can use on this processor, the fastest first: nothing where it was not built."""
    return ppcn_native.instruction_sets() if ppcn_native else []


def in_use() -> str | None:
    """Return the instruction set that new stages use, or None where ONNX Runtime does all."""
    wanted = os.environ.get(SWITCH, "")
    found = [name for name in instruction_sets() if wanted in ("", name)]
    return found[0] if found else None


def description() -> str:
    """Return what runs networks here, in words."""
    if not ppcn_native:
        return "ONNX Runtime (the compiled kernel was not built: there was no GCC or Clang)"
    simd = in_use()
    return f"the compiled kernel ({simd})" if simd else f"ONNX Runtime ({SWITCH} is {os.environ[SWITCH]})"


def threads() -> int:
    """Return how many threads the kernel uses."""
    return cores()


@cache
def _counter(channels: int) -> "Executor":
    """Return the executor of a program without steps: it sums what it is given."""
    assert ppcn_native
    return ppcn_native.Executor(ppcn_native.Program([channels], in_use() or ""))


def sums_of(strip: Planes) -> Sums | None:
    """Return the sums of a strip, 1xCxHxW, or None where the kernel was not built."""
    if ppcn_native is None:
        return None
    channels, rows, width = strip.shape[1:]
    counted = _counter(channels).run(
        [strip[0]], top=0, rows=(0, rows), outputs=[], affine=[], summed=0, threads=threads()
    )
    return Sums(rows * width, *map(np.array, counted))


@dataclass(frozen=True)
class Facts:
    """What a model file says of a stage, and whether it makes the picture."""

    halo: int
    scale: int
    statistic: str | None
    grid: int
    picture: bool


class KernelStage:
    """A stage as a program of the compiled kernel; see :class:`ppcn.runtime.backends.stages.Stage`."""

    def __init__(self, lowered: "Lowered", facts: Facts) -> None:
        self._lowered = lowered
        self._executor = lowered.executor()
        # Rows that are computed in groups are rounded a little differently where what is read ends inside a group. It
        # ends elsewhere when maps are computed again; but those of the last stage never are.
        self.halo = facts.halo if facts.picture else max(facts.halo, self._executor.halo)
        self.scale, self.grid, self.statistic = facts.scale, facts.grid, facts.statistic
        self.channels: Sequence[int] = lowered.channels
        self.passed: Mapping[int, int] = {
            i: value for i, value in enumerate(lowered.outputs) if value < len(lowered.maps)
        }
        self._fixed = None if lowered.statistics else lowered.scales_and_shifts([])
        self.runtime = f"kernel ({self._executor.simd})"

    def prepare(self, known: Maps) -> ScalesAndShifts:
        """Return what the program's pointwise steps take."""
        return self._fixed if self._fixed is not None else self._lowered.scales_and_shifts(known)

    def run(self, maps: Maps, prepared: ScalesAndShifts, wanted: "Wanted") -> tuple[Maps, Sums | None]:
        """Run the program for the rows that are wanted, on as many threads as there are processors."""
        rows, lowered = wanted.rows, self._lowered
        count, width = rows.stop - rows.start, maps[0].shape[3]
        made, own = [], {}
        for number, (value, channels) in enumerate(zip(lowered.outputs, self.channels, strict=True)):
            target = wanted.into[number] if wanted.into else None
            if value < len(maps):  # one of the given maps, passed on
                passed = maps[value][:, :, rows]
                if target is None:
                    target = passed
                elif not np.may_share_memory(target, passed):
                    target[:] = passed
            else:
                if target is None:
                    target = wanted.room.take((1, channels, count * self.scale, width * self.scale))
                own[value] = target[0]
            made.append(target)
        plain, squares = self._executor.run(
            [values[0] for values in maps],
            top=wanted.top,
            rows=(rows.start, rows.stop),
            outputs=[own[value] for value in sorted(own)],
            affine=prepared,
            summed=lowered.outputs[0] if wanted.count else -1,
            threads=threads(),
        )
        return made, Sums(count * width, np.array(plain), np.array(squares)) if wanted.count else None


def stage(graph: bytes, statistics: int, facts: Facts) -> KernelStage | None:
    """Return a stage whose last inputs are ``statistics``, or None where ONNX Runtime has to run it."""
    simd = in_use()
    if simd is None:
        return None
    from ppcn.runtime.lowering.lowering import UnsupportedError, lower

    try:
        return KernelStage(lower(parse(graph), statistics, simd, picture=facts.picture), facts)
    except (UnsupportedError, ValueError):
        return None
