from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

def instruction_sets() -> list[str]: ...

class Program:
    def __init__(self, channels: Sequence[int], simd: str = "") -> None: ...
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
    ) -> int: ...
    def pointwise(self, sources: Sequence[int], function: str, slope: float) -> int: ...
    def concatenate(self, sources: Sequence[int]) -> int: ...
    def layer_norm(self, source: int, scale: Array, shift: Array, epsilon: float) -> int: ...
    def pooled_convolution(self, source: int, windows: Sequence[int], weights: Array, bias: Array) -> int: ...
    def pixel_shuffle(self, source: int, factor: int) -> int: ...
    def slice(self, source: int, levels: int, cells: int) -> int: ...
    def output(self, value: int) -> None: ...

class Executor:
    halo: int
    simd: str
    def __init__(self, program: Program) -> None: ...
    def run(
        self,
        inputs: Sequence[Array],
        top: int,
        rows: tuple[int, int],
        outputs: Sequence[Array],
        affine: Sequence[tuple[Array, Array]],
        summed: int = -1,
        cells: int = 0,
        threads: int = 1,
        grids: Sequence[Array] = (),
        photo_rows: int = 0,
    ) -> tuple[list[float], list[float]]: ...

class Network:
    border: int
    scale: int
    def __init__(self, file: bytes, simd: str = "") -> None: ...

class Sweeps:
    reads: tuple[int, int]
    makes: tuple[int, int]
    done: float
    def __init__(self, network: Network, rows: int, columns: int, memory: int, threads: int = 1) -> None: ...
    def next(self) -> bool: ...
    def compute(self, picture: Array, result: Array) -> None: ...
