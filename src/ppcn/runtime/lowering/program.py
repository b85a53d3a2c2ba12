"""A program of the compiled kernel, as the words that it reads (docs/formats/network.md, native/program.h)."""

from collections.abc import Iterable, Sequence

from ppcn.runtime.lowering.constant_folding import Array
from ppcn.runtime.lowering.words import Words

FUNCTIONS = ("leaky", "tanh", "clip", "swish")  # in the order of their codes
CONVOLUTION, POINTWISE, CONCATENATE, PIXEL_SHUFFLE, LAYER_NORM, POOLED_CONVOLUTION, SLICE = range(7)


class Program:
    """Steps on maps, of which the first are inputs with so many ``channels``.

    Each method adds a step and returns the number of its value. The kernel checks steps when it reads them.
    """

    def __init__(self, channels: Sequence[int], *, halves: bool = False) -> None:
        self._channels = channels
        self._steps = Words(halves=halves)
        self._count = 0
        self._values = len(channels)

    def convolution(
        self,
        source: int,
        weights: Array,
        bias: Array,
        stride: int,
        dilation: int,
        top: int,
        left: int,
        mirrored: bool,
        function: str,
        slope: float,
        times: int = -1,
        plus: int = -1,
    ) -> int:
        """Add a convolution, its activation, a product and a sum with maps."""
        self._steps.number(CONVOLUTION, source, len(weights))
        self._steps.numbers(weights.shape[2:])
        self._steps.number(stride, dilation, top, left, mirrored, FUNCTIONS.index(function))
        self._steps.real(slope)
        self._steps.number(times, plus)
        self._steps.reals(weights)
        self._steps.reals(bias)
        return self._added()

    def pointwise(self, sources: Sequence[int], function: str, slope: float) -> int:
        """Add ``function(scale * a + shift) + b``."""
        self._steps.number(POINTWISE)
        self._steps.numbers(sources)
        self._steps.number(FUNCTIONS.index(function))
        self._steps.real(slope)
        return self._added()

    def concatenate(self, sources: Sequence[int]) -> int:
        """Add a concatenation of channels."""
        self._steps.number(CONCATENATE)
        self._steps.numbers(sources)
        return self._added()

    def pixel_shuffle(self, source: int, factor: int) -> int:
        """Add a pixel shuffle (depth to space)."""
        self._steps.number(PIXEL_SHUFFLE, source, factor)
        return self._added()

    def layer_norm(self, source: int, scale: Array, shift: Array, epsilon: float) -> int:
        """Add a layer normalisation over channels."""
        self._steps.number(LAYER_NORM, source)
        self._steps.reals(scale)
        self._steps.reals(shift)
        self._steps.real(epsilon)
        return self._added()

    def pooled_convolution(self, source: int, windows: Sequence[int], weights: Array, bias: Array) -> int:
        """Add max-pools, depthwise convolutions of them, and upsampling."""
        self._steps.number(POOLED_CONVOLUTION, source)
        self._steps.numbers(windows)
        self._steps.reals(weights)
        self._steps.reals(bias)
        return self._added(1 + any(side > 1 for side in windows))  # the max-pools are a value, too

    def slice(self, source: int, levels: int, cells: int) -> int:
        """Add the slicing of a bilateral grid."""
        self._steps.number(SLICE, source, levels, cells)
        return self._added()

    def data(self, outputs: Iterable[int] = ()) -> bytes:
        """Return the program, of which some values are outputs."""
        before, after = Words(), Words()
        before.numbers(self._channels)
        before.number(self._count)
        after.numbers(outputs)
        return before.data() + self._steps.data() + after.data()

    def _added(self, values: int = 1) -> int:
        self._count += 1
        self._values += values
        return self._values - 1
