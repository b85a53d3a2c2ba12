"""Pictures and maps that are read in rows, so that nothing ever needs the whole of one as floats."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ppcn.images.colour.srgb import srgb_rows
from ppcn.images.photo import Photo
from ppcn.images.pixels.depth import to_float
from ppcn.runtime.backends.kernel import Maps, Planes
from ppcn.runtime.engine.buffer_pool import Room


class Rows(Protocol):
    """A picture (one map of three channels in [0, 1]), or the maps that a stage made."""

    height: int
    width: int
    nbytes: int  # that it holds in memory

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom) as maps, each float32 1xCx(bottom - top)x(width)."""
        ...


def as_planes(pixels: NDArray[np.float32]) -> Planes:
    """Return HxWx3 pixels as 1x3xHxW, a view: the kernel takes values wherever they lie."""
    return pixels.transpose(2, 0, 1)[None]


def as_pixels(planes: Planes) -> NDArray[np.float32]:
    """Return 1x3xHxW as HxWx3, a view."""
    return planes[0].transpose(1, 2, 0)


class ArrayRows:
    """An array, HxWx3 float32 in [0, 1]: a picture, or room for a result."""

    def __init__(self, pixels: NDArray[np.float32]) -> None:
        self.height, self.width = pixels.shape[:2]
        self.nbytes = pixels.nbytes
        self._pixels = pixels

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom): to be read, or to be filled."""
        return [as_planes(self._pixels[top:bottom])]


class PhotoRows:
    """A decoded photo in a mirrored border (1 0 | 0 1 ...), whose rows are converted to sRGB as they are read."""

    def __init__(self, photo: Photo, border: int = 0) -> None:
        self.height, self.width = photo.height + 2 * border, photo.width + 2 * border
        self.nbytes = photo.pixels.nbytes
        self._photo, self._border = photo, border
        self._rows = np.pad(np.arange(photo.height), border, "symmetric")

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom)."""
        sides = ((0, 0), (self._border, self._border), (0, 0))
        pixels = np.pad(self._photo.pixels[self._rows[top:bottom]], sides, "symmetric")
        return [as_planes(srgb_rows(replace(self._photo, pixels=pixels), slice(None)))]


class StoredRows:
    """Three of a decoded photo's channels, or one three times, as values in [0, 1] of its own colour space."""

    def __init__(self, photo: Photo, channels: tuple[int, ...]) -> None:
        self.height, self.width = photo.height, photo.width
        self.nbytes = photo.pixels.nbytes
        self._photo, self._channels = photo, channels

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom)."""
        return [as_planes(to_float(self._photo.colours[top:bottom])[:, :, self._channels])]


class KeptRows:
    """Maps held in memory: written in one sweep, read in the next. ``same`` are those that are there already."""

    def __init__(
        self, room: Room, channels: Sequence[int], height: int, width: int, same: Mapping[int, Planes]
    ) -> None:
        self.height, self.width = height, width
        self.maps = [
            same[number] if number in same else room.take((1, count, height, width))
            for number, count in enumerate(channels)
        ]
        self.nbytes = sum(whole.nbytes for whole in self.maps)

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom): to be read, or to be filled."""
        return [whole[:, :, top:bottom] for whole in self.maps]
