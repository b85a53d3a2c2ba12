"""Colour spaces of photos: conversions to sRGB, which networks take, and back."""

import functools
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ppcn.arrays import Pixels
from ppcn.images.colour.icc import SRGB_TO_XYZ, Curve, Profile, colour_space, parse
from ppcn.images.depth import from_float, to_float
from ppcn.images.photo import COLOURS, Photo
from ppcn.images.pixels.vips import VipsError, attach, from_array, to_array, vips_errors

# Luma of BT.709, whose primaries are sRGB's: of stored values, not of light.
LUMA = np.array([0.2126, 0.7152, 0.0722], np.float32)
SRGB = Curve()
_TOLERANCE = 1 / 255  # a profile that moves no colour by more counts as sRGB


class ColourSpace(Protocol):
    """Conversions of HxWxC float32 in [0, 1], without alpha. What sRGB cannot show is clipped."""

    def to_srgb(self, values: Pixels) -> Pixels:
        """Return HxWx3."""
        ...

    def from_srgb(self, rgb: Pixels) -> Pixels:
        """Return HxWxC from HxWx3."""
        ...


class Srgb:
    """RGB without a profile, or with one that says sRGB."""

    def to_srgb(self, values: Pixels) -> Pixels:
        """Return the values as they are."""
        return values

    def from_srgb(self, rgb: Pixels) -> Pixels:
        """Return the values as they are."""
        return rgb


@dataclass(frozen=True)
class Grey:
    """Grey with a tone curve; sRGB's own where the photo has no profile."""

    curve: Curve | None = None

    def to_srgb(self, values: Pixels) -> Pixels:
        """Return the same grey three times."""
        grey = values if self.curve is None else SRGB.from_light(np.clip(self.curve.to_light(values), 0, 1))
        return np.repeat(grey, 3, axis=2)

    def from_srgb(self, rgb: Pixels) -> Pixels:
        """Return the luma."""
        luma = (rgb @ LUMA)[:, :, None]
        return luma if self.curve is None else self.curve.from_light(SRGB.to_light(luma))


@dataclass(frozen=True)
class Matrix:
    """RGB of tone curves and a matrix, such as Display P3 or Adobe RGB (relative colorimetric)."""

    profile: Profile

    def to_srgb(self, values: Pixels) -> Pixels:
        """Convert through light."""
        light = np.stack([curve.to_light(values[:, :, i]) for i, curve in enumerate(self.profile.curves)], axis=2)
        return SRGB.from_light(np.clip(light @ _matrices(self.profile)[0], 0, 1))

    def from_srgb(self, rgb: Pixels) -> Pixels:
        """Convert through light."""
        light = np.clip(SRGB.to_light(rgb) @ _matrices(self.profile)[1], 0, 1)
        return np.stack([curve.from_light(light[:, :, i]) for i, curve in enumerate(self.profile.curves)], axis=2)


@dataclass(frozen=True)
class Tables:
    """Any other profile, such as a press's CMYK, through Little CMS in 16 bits (relative, black point compensated).

    ``icc`` None is libvips's own CMYK profile, for CMYK photos that bring none.
    """

    icc: bytes | None
    space: str

    def to_srgb(self, values: Pixels) -> Pixels:
        """Convert through Lab."""
        image = from_array(from_float(values, np.uint16), self.space)
        if self.icc:
            attach(image, "icc-profile-data", self.icc)
        image = image.icc_import(**({"embedded": True} if self.icc else {"input_profile": "cmyk"}), **_HOW)
        return to_float(to_array(image.icc_export(output_profile="srgb", depth=16, **_HOW)))

    def from_srgb(self, rgb: Pixels) -> Pixels:
        """Convert through Lab."""
        image = from_array(from_float(rgb, np.uint16), "rgb").icc_import(input_profile="srgb", **_HOW).copy()
        if self.icc:
            attach(image, "icc-profile-data", self.icc)
        image = image.icc_export(**({} if self.icc else {"output_profile": "cmyk"}), depth=16, **_HOW)
        return to_float(to_array(image))


_HOW = {"intent": "relative", "black_point_compensation": True}


def space_of(photo: Photo) -> ColourSpace:
    """Return a photo's colour space. A profile that is damaged, or for another kind of pixels, is ignored."""
    icc = photo.icc or None
    if icc and colour_space(icc) != {"grey": "GRAY", "rgb": "RGB", "cmyk": "CMYK"}[photo.space]:
        icc = None
    profile = parse(icc) if icc else None
    if icc and profile is None and not _usable(icc, photo.space):
        icc = None
    if photo.space == "cmyk":
        return Tables(icc, "cmyk")
    if icc is None or _is_srgb(icc):
        return Grey() if photo.space == "grey" else Srgb()
    if profile is None:
        return Tables(icc, photo.space)
    return Grey(profile.curves[0]) if photo.space == "grey" else Matrix(profile)


@functools.lru_cache(maxsize=32)
def _usable(icc: bytes, space: str) -> bool:
    """Tell whether Little CMS converts with a profile, both ways; some are damaged."""
    tables = Tables(icc, space)
    try:
        with vips_errors():
            tables.from_srgb(tables.to_srgb(np.zeros((1, 1, COLOURS[space]), np.float32)))
    except VipsError:
        return False
    return True


@functools.lru_cache(maxsize=32)
def _is_srgb(icc: bytes) -> bool:
    """Tell whether a profile is sRGB: by the colours of a grid, since names tell little."""
    profile = parse(icc)
    if profile is None:
        return False
    steps = np.linspace(0, 1, 17, dtype=np.float32)
    if colour_space(icc) == "GRAY":
        grid = steps[:, None, None]
        return bool(np.abs(Grey(profile.curves[0]).to_srgb(grid) - grid).max() < _TOLERANCE)
    grid = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(1, -1, 3)
    return bool(np.abs(Matrix(profile).to_srgb(grid) - grid).max() < _TOLERANCE)


@functools.lru_cache(maxsize=32)
def _matrices(profile: Profile) -> tuple[Pixels, Pixels]:
    """Return the matrices, to be applied from the right, from a profile's light to sRGB's and back."""
    there = np.linalg.solve(SRGB_TO_XYZ, np.array(profile.to_xyz))
    there /= there.sum(axis=1, keepdims=True)  # profiles round their numbers: white has to stay white
    return there.T.astype(np.float32), np.linalg.inv(there).T.astype(np.float32)
