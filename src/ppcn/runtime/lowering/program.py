"""What the lowering of a graph fills with steps: a program that is ready to run, or the words of a file."""

from collections.abc import Sequence
from typing import Protocol

from ppcn.runtime.lowering.constant_folding import Array


class Program(Protocol):
    """Steps on maps; each method adds one and returns the number of its value (native/program.h)."""

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
        ...

    def pointwise(self, sources: Sequence[int], function: str, slope: float) -> int:
        """Add ``function(scale * a + shift) + b``."""
        ...

    def concatenate(self, sources: Sequence[int]) -> int:
        """Add a concatenation of channels."""
        ...

    def pixel_shuffle(self, source: int, factor: int) -> int:
        """Add a pixel shuffle (depth to space)."""
        ...

    def layer_norm(self, source: int, scale: Array, shift: Array, epsilon: float) -> int:
        """Add a layer normalisation over channels."""
        ...

    def pooled_convolution(self, source: int, windows: Sequence[int], weights: Array, bias: Array) -> int:
        """Add max-pools, depthwise convolutions of them, and upsampling."""
        ...

    def slice(self, source: int, levels: int, cells: int) -> int:
        """Add the slicing of a bilateral grid."""
        ...

    def output(self, value: int) -> None:
        """Note that a value is an output."""
        ...
