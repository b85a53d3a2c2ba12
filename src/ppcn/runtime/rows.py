"""Pictures and maps that are read in rows, so that nothing ever needs the whole of one as floats."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ppcn.images.colour import own, srgb_rows
from ppcn.images.photo import Photo

Planes = NDArray[np.float32]  # 1xCxHxW
Maps = Sequence[Planes]


class Rows(Protocol):
    """A picture (one map of three channels in [0, 1]), or the maps that a stage made."""

    height: int
    width: int
    nbytes: int  # that it holds in memory

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom) as maps, each float32 1xCx(bottom - top)x(width)."""
        ...


class ArrayRows:
    """An array, HxWx3 float32 in [0, 1]."""

    def __init__(self, pixels: NDArray[np.float32]) -> None:
        self.height, self.width = pixels.shape[:2]
        self.nbytes = pixels.nbytes
        self._pixels = pixels

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom)."""
        return [_planes(self._pixels[top:bottom])]


class PhotoRows:
    """A decoded photo, whose rows are converted to sRGB as they are read."""

    def __init__(self, photo: Photo) -> None:
        self.height, self.width = photo.height, photo.width
        self.nbytes = photo.pixels.nbytes
        self._photo = photo

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom)."""
        return [_planes(srgb_rows(self._photo, slice(top, bottom)))]


class StoredRows:
    """Three of a decoded photo's channels, or one three times, as values in [0, 1] of its own colour space."""

    def __init__(self, photo: Photo, channels: tuple[int, ...]) -> None:
        self.height, self.width = photo.height, photo.width
        self.nbytes = photo.pixels.nbytes
        self._photo, self._channels = photo, channels

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom)."""
        return [_planes(own(self._photo, slice(top, bottom))[:, :, self._channels])]


class KeptRows:
    """Maps held in memory: written in one sweep, read in the next."""

    def __init__(self, channels: Sequence[int], height: int, width: int) -> None:
        self.height, self.width = height, width
        self._maps = [np.empty((1, count, height, width), np.float32) for count in channels]
        self.nbytes = sum(whole.nbytes for whole in self._maps)

    def write(self, top: int, maps: Maps) -> None:
        """Take in the rows that begin at ``top``."""
        for whole, part in zip(self._maps, maps, strict=True):
            whole[:, :, top : top + part.shape[2]] = part

    def read(self, top: int, bottom: int) -> Maps:
        """Return the rows [top, bottom)."""
        return [whole[:, :, top:bottom] for whole in self._maps]


def _planes(pixels: NDArray[np.float32]) -> Planes:
    """Return HxWxC pixels as 1xCxHxW."""
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)
