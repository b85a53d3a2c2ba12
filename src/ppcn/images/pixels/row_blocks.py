"""Cutting a picture into blocks of rows that fit into the processor's caches."""

from collections.abc import Iterator

BLOCK_PIXELS = 1 << 15  # 0.4 MB as floats of three channels


def row_blocks(height: int, width: int) -> Iterator[slice]:
    """Yield the rows of a picture in blocks of at most ``BLOCK_PIXELS`` pixels, or of one row, in order."""
    rows = max(BLOCK_PIXELS // width, 1)
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))
