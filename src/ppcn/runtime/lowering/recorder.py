"""A program of the kernel as the words of a file, in place of one that is ready to run."""

from collections.abc import Sequence

from ppcn.runtime.lowering.constant_folding import Array
from ppcn.runtime.lowering.words import Words

FUNCTIONS = ("leaky", "tanh", "clip", "swish")  # in the order of their codes
CONVOLUTION, POINTWISE, CONCATENATE, PIXEL_SHUFFLE, LAYER_NORM, POOLED_CONVOLUTION, SLICE = range(7)


class Recorder:
    """Takes the steps of a program, as ``ppcn_native.Program`` does, and writes them."""

    def __init__(self, channels: Sequence[int], *, halves: bool) -> None:
        self.steps = Words(halves=halves)
        self.count = 0  # of the steps
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
        """Add a convolution; return the number of its value."""
        self.steps.number(CONVOLUTION, source, len(weights))
        self.steps.numbers(weights.shape[2:])
        self.steps.number(stride, dilation, top, left, mirrored, FUNCTIONS.index(function))
        self.steps.real(slope)
        self.steps.number(times, plus)
        self.steps.reals(weights)
        self.steps.reals(bias)
        return self._added()

    def pointwise(self, sources: Sequence[int], function: str, slope: float) -> int:
        """Add a pointwise step; return the number of its value."""
        self.steps.number(POINTWISE)
        self.steps.numbers(sources)
        self.steps.number(FUNCTIONS.index(function))
        self.steps.real(slope)
        return self._added()

    def concatenate(self, sources: Sequence[int]) -> int:
        """Add a concatenation; return the number of its value."""
        self.steps.number(CONCATENATE)
        self.steps.numbers(sources)
        return self._added()

    def pixel_shuffle(self, source: int, factor: int) -> int:
        """Add a pixel shuffle; return the number of its value."""
        self.steps.number(PIXEL_SHUFFLE, source, factor)
        return self._added()

    def layer_norm(self, source: int, scale: Array, shift: Array, epsilon: float) -> int:
        """Add a layer normalisation; return the number of its value."""
        self.steps.number(LAYER_NORM, source)
        self.steps.reals(scale)
        self.steps.reals(shift)
        self.steps.real(epsilon)
        return self._added()

    def pooled_convolution(self, source: int, windows: Sequence[int], weights: Array, bias: Array) -> int:
        """Add a max-pool and a depthwise convolution of it; return the number of the latter's value."""
        self.steps.number(POOLED_CONVOLUTION, source)
        self.steps.numbers(windows)
        self.steps.reals(weights)
        self.steps.reals(bias)
        return self._added(1 + any(side > 1 for side in windows))

    def slice(self, source: int, levels: int, cells: int) -> int:
        """Add the slicing of a bilateral grid; return the number of its value."""
        self.steps.number(SLICE, source, levels, cells)
        return self._added()

    def output(self, value: int) -> None:
        """Do nothing: outputs are written with the stage."""

    def _added(self, values: int = 1) -> int:
        self.count += 1
        self._values += values
        return self._values - 1
