"""Few rows at a time: what is computed from one to the next stays in the caches, and takes little memory."""

from collections.abc import Iterator

BLOCK_PIXELS = 1 << 17  # 1.5 MB as floats of three channels


def blocks(height: int, width: int) -> Iterator[slice]:
    """Yield the rows of a picture of that size a few at a time, in order."""
    rows = max(BLOCK_PIXELS // width, 1)
    return (slice(top, min(top + rows, height)) for top in range(0, height, rows))
