"""Row sources: pictures and maps that are read a few rows at a time, so that no photo is ever held whole as floats."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from ppcn.arrays import Maps, Pixels, Planes, as_planes
from ppcn.images.colour.srgb import srgb_rows
from ppcn.images.depth import to_float
from ppcn.images.photo import Photo
from ppcn.images.pixels.row_blocks import row_blocks
from ppcn.runtime.engine.buffer_pool import Buffers, new_array


class RowSource(Protocol):
    """A picture (one map of three channels in [0, 1]), or the maps that a stage made."""

    height: int
    width: int
    nbytes: int  # held in memory

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom) as maps, each float32 1xCx(bottom - top)x(width); they last until the next."""
        ...


class ArrayRows:
    """An array, HxWx3 float32 in [0, 1]: a picture, or the memory for a result."""

    def __init__(self, pixels: Pixels) -> None:
        self.height, self.width = pixels.shape[:2]
        self.nbytes = pixels.nbytes
        self._pixels = pixels

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom): to be read, or to be filled."""
        return [as_planes(self._pixels[top:bottom])]


class SrgbRows:
    """A decoded photo with a mirrored border (1 0 | 0 1 ...), whose rows are converted to sRGB as they are read."""

    def __init__(self, photo: Photo, border: int = 0) -> None:
        self.height, self.width = photo.height + 2 * border, photo.width + 2 * border
        self.nbytes = photo.pixels.nbytes
        self._photo, self._border = photo, border
        self._rows, self._columns = (np.pad(np.arange(size), border, "symmetric") for size in photo.pixels.shape[:2])
        self._strip = np.empty((0, 0, 3), np.float32)

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom)."""
        if len(self._strip) < bottom - top:
            self._strip = new_array((bottom - top, self.width, 3))
        rgb = self._strip[: bottom - top]
        left, right = self._border, self.width - self._border
        for block in row_blocks(len(rgb), self.width):
            inner = rgb[block, left:right]
            inner[:] = srgb_rows(self._photo, self._rows[top:bottom][block])
            rgb[block, :left], rgb[block, right:] = inner[:, self._columns[:left]], inner[:, self._columns[right:]]
        return [as_planes(rgb)]


class ChannelRows:
    """Three channels of a decoded photo, or one three times, as values in [0, 1] of the photo's own colour space."""

    def __init__(self, photo: Photo, channels: tuple[int, ...]) -> None:
        self.height, self.width = photo.height, photo.width
        self.nbytes = photo.pixels.nbytes
        self._photo, self._channels = photo, channels

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom)."""
        return [as_planes(to_float(self._photo.colours[top:bottom])[:, :, self._channels])]


class BufferedRows:
    """Maps held in memory: written in one sweep, read in the next. ``existing`` are maps that are there already."""

    def __init__(
        self, buffers: Buffers, channels: Sequence[int], height: int, width: int, existing: Mapping[int, Planes]
    ) -> None:
        self.height, self.width = height, width
        self.maps = [
            existing[number] if number in existing else buffers.take((1, count, height, width))
            for number, count in enumerate(channels)
        ]
        self.nbytes = sum(map_.nbytes for map_ in self.maps)

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom): to be read, or to be filled."""
        return [map_[:, :, top:bottom] for map_ in self.maps]
