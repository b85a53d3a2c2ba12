"""ICC profiles of tone curves and a matrix (nearly all of cameras, phones and screens), computed in float32.

Little CMS, as libvips calls it, runs 16-bit RGB through a table of 33x33x33 points, which is wrong by up to 15/255 for
Display P3; a matrix and three curves are easily computed as they are.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ppcn.arrays import Pixels

# ICC's connection space is XYZ under D50; these are sRGB's primaries there, as the ICC's own profile states them.
SRGB_TO_XYZ = np.array(
    [[0.43606567, 0.38514709, 0.14306641], [0.2224884, 0.71687317, 0.06060791], [0.01391602, 0.09707642, 0.71409607]]
)
D50 = np.array([0.9642, 1.0, 0.8249])
BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
SRGB_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045, 0.0, 0.0)
_PARAMETERS = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}  # of ICC's parametric curves


@dataclass(frozen=True)
class Curve:
    """A tone curve from stored values to light, both in [0, 1]: ICC's parametric function, or a table.

    ``parameters`` are g, a, b, c, d, e, f of y = (a x + b)^g + e where x >= d, else c x + f.
    """

    parameters: tuple[float, ...] = SRGB_CURVE
    table: tuple[float, ...] = ()

    def to_light(self, x: Pixels) -> Pixels:
        """Return the light for stored values in [0, 1]."""
        if self.table:
            return np.interp(x, np.linspace(0, 1, len(self.table)), self.table).astype(np.float32)
        g, a, b, c, d, e, f = map(np.float32, self.parameters)
        return np.where(x >= d, np.maximum(a * x + b, 0) ** g + e, c * x + f)

    def from_light(self, y: Pixels) -> Pixels:
        """Return the stored values, in [0, 1], for light in [0, 1]."""
        if self.table:
            return np.interp(y, np.maximum.accumulate(self.table), np.linspace(0, 1, len(self.table))).astype(
                np.float32
            )
        g, a, b, c, d, e, f = map(np.float32, self.parameters)
        upper = (np.maximum(y - e, 0) ** (1 / g) - b) / a
        lower = (y - f) / c if c else np.zeros_like(y)
        return np.clip(np.where(y >= (a * d + b) ** g + e, upper, lower), 0, 1)


@dataclass(frozen=True)
class Profile:
    """A profile of one curve (grey) or of three curves and a matrix to XYZ under D50 (RGB)."""

    curves: tuple[Curve, ...]
    to_xyz: tuple[tuple[float, ...], ...] = ()


def colour_space(icc: bytes) -> str:
    """Return the colour space that a profile is for, such as "RGB", "GRAY", "CMYK" or "Lab"."""
    return icc[16:20].decode("latin-1").strip()


@functools.lru_cache(maxsize=32)
def parse(icc: bytes) -> Profile | None:
    """Return the curves and the matrix of an RGB or grey profile; None if it has tables instead, or is damaged."""
    try:
        count = int.from_bytes(icc[128:132], "big")
        tags = {}
        for entry in range(132, min(132 + 12 * count, len(icc) - 11), 12):
            start, size = (int.from_bytes(icc[entry + i : entry + i + 4], "big") for i in (4, 8))
            tags[icc[entry : entry + 4]] = icc[start : start + size]
        if colour_space(icc) == "GRAY":
            return Profile((_curve(tags[b"kTRC"]),))
        if colour_space(icc) != "RGB":
            return None
        columns = [_numbers(tags[name][8:20], 3) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        matrix = np.array(columns).T
        if not 1e-6 < abs(np.linalg.det(matrix)) < 10:
            return None
        return Profile(
            tuple(_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")), tuple(map(tuple, matrix.tolist()))
        )
    except (KeyError, ValueError):
        return None


def _curve(tag: bytes) -> Curve:
    """Read a "curv" or "para" tag; ValueError if it is neither, or has no inverse."""
    if tag[:4] == b"curv":
        count = int.from_bytes(tag[8:12], "big")
        if count == 0:
            return Curve((1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
        values = np.frombuffer(tag[12 : 12 + 2 * count], ">u2").astype(float)
        if len(values) != count:
            raise ValueError("curve is cut short")
        if count == 1:
            return Curve((_gamma(values[0] / 256), 1.0, 0.0, 0.0, 0.0, 0.0, 0.0))
        if values[-1] <= values[0]:
            raise ValueError("curve falls")
        return Curve(table=tuple((values / 65535).tolist()))
    if tag[:4] != b"para":
        raise ValueError("unknown kind of curve")
    kind = int.from_bytes(tag[8:10], "big")
    if kind not in _PARAMETERS:
        raise ValueError("unknown parametric curve")
    p = _numbers(tag[12:], _PARAMETERS[kind])
    g = _gamma(p[0])
    a, b = (p[1], p[2]) if kind else (1.0, 0.0)
    if a <= 0:
        raise ValueError("curve falls")
    if kind == 0:
        rest = (0.0, 0.0, 0.0, 0.0)
    elif kind in (1, 2):  # y = (a x + b)^g + c where x >= -b / a, else c
        offset = p[3] if kind == 2 else 0.0
        rest = (0.0, -b / a, offset, offset)
    else:
        rest = (p[3], p[4], *(p[5:] if kind == 4 else (0.0, 0.0)))
    return Curve((g, a, b, *rest))


def _gamma(value: float) -> float:
    if not 0.1 < value < 10:
        raise ValueError("gamma makes no sense")
    return float(value)


def _numbers(data: bytes, count: int) -> list[float]:
    """Read signed numbers with 16 binary places."""
    if len(data) < 4 * count:
        raise ValueError("cut short")
    return (np.frombuffer(data[: 4 * count], ">i4") / 65536).tolist()


def build(corners: Sequence[float], curve: Sequence[float], *, grey: bool) -> bytes | None:
    """Return a profile (ICC 4.2) of the x and y of red, green, blue and white, and a curve's parameters, or a grey one.

    White is adapted to D50 by Bradford's transform. None for corners which span no colours.
    """
    xy = np.reshape(corners, (4, 2))
    if xy.min() <= 0 or abs(np.linalg.det(np.c_[xy[:3], np.ones(3)])) < 1e-3:
        return None
    to_xyz = np.c_[xy, 1 - xy.sum(1)].T / xy[:, 1]  # a column for each corner, of luminance 1
    white = to_xyz[:, 3]
    cone = BRADFORD @ white
    adaptation = np.linalg.inv(BRADFORD) @ np.diag(BRADFORD @ D50 / cone) @ BRADFORD
    columns = adaptation @ to_xyz[:, :3] * np.linalg.solve(to_xyz[:, :3], white)
    tone = b"para" + bytes(4) + b"\0\4\0\0" + _fixed(curve)
    tags = {
        b"desc": _words("Colours that a photo named"), b"cprt": _words("No copyright"),
        b"wtpt": b"XYZ " + bytes(4) + _fixed(D50), b"chad": b"sf32" + bytes(4) + _fixed(adaptation.ravel()),
    }  # fmt: skip
    if grey:
        tags[b"kTRC"] = tone
    else:
        tags |= {b"rgb"[i : i + 1] + b"TRC": tone for i in range(3)}
        tags |= {b"rgb"[i : i + 1] + b"XYZ": b"XYZ " + bytes(4) + _fixed(columns[:, i]) for i in range(3)}
    table, body = len(tags).to_bytes(4, "big"), b""
    for name, tag in tags.items():
        table += name + (132 + 12 * len(tags) + len(body)).to_bytes(4, "big") + len(tag).to_bytes(4, "big")
        body += tag + b"\0" * (-len(tag) % 4)
    size = (128 + len(table) + len(body)).to_bytes(4, "big")
    space = b"GRAY" if grey else b"RGB "
    date = np.array([2026, 1, 1, 0, 0, 0], ">u2").tobytes()
    header = size + bytes(4) + b"\4\x20\0\0mntr" + space + b"XYZ " + date + b"acsp" + bytes(28) + _fixed(D50)
    return header.ljust(128, b"\0") + table + body


def _fixed(numbers: Iterable[float]) -> bytes:
    """Return signed numbers with 16 binary places."""
    return np.rint(np.array(list(numbers)) * 65536).astype(">i4").tobytes()


def _words(text: str) -> bytes:
    """Return a text in one language."""
    encoded = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + b"\0\0\0\1\0\0\0\x0cenUS" + len(encoded).to_bytes(4, "big") + b"\0\0\0\x1c" + encoded
