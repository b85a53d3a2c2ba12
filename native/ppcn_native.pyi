from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

def instruction_sets() -> list[str]: ...

class Executor:
    halo: int
    simd: str
    def __init__(self, program: bytes, simd: str = "") -> None: ...
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
