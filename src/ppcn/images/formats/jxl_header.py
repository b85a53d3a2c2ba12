"""The header of a JPEG XL codestream (ISO/IEC 18181-1), which names the colours that decoded values are of."""

from collections.abc import Callable
from dataclasses import dataclass

WHITES = {1: (0.3127, 0.329), 10: (1 / 3, 1 / 3), 11: (0.314, 0.351)}  # D65, E, DCI
PRIMARIES = {
    1: (0.64, 0.33, 0.3, 0.6, 0.15, 0.06),  # sRGB
    9: (0.708, 0.292, 0.17, 0.797, 0.131, 0.046),  # BT.2100
    11: (0.68, 0.32, 0.265, 0.69, 0.15, 0.06),  # P3
}
SRGB_TRANSFER = 13  # as in ITU-T H.273
GREY, XYB = 1, 2  # colour spaces, beside RGB
ALPHA = 0  # the type of an extra channel
ENUM = ((0, 0), (1, 0), (2, 4), (18, 6))  # how codes are written, as ``_Bits.number`` takes it


@dataclass(frozen=True)
class Header:
    """What the header says of the colours: CIE xy of the white and of red, green and blue, and their curve.

    ``transfer`` is a code of ITU-T H.273, or 0 where the curve is a power, ``gamma``. ``profile`` tells that an ICC
    profile says it all instead. ``lossy`` is the mode in which the codec keeps colours of its own (XYB).
    """

    lossy: bool = True
    profile: bool = False
    grey: bool = False
    white: tuple[float, ...] = WHITES[1]
    primaries: tuple[float, ...] = PRIMARIES[1]
    transfer: int = SRGB_TRANSFER
    gamma: float = 0.0
    premultiplied: bool = False


def parse(codestream: bytes) -> Header:
    """Read the header of a codestream; raises ValueError where it is cut short or has unknown codes."""
    bits = _Bits(codestream)
    if bits.take(16) != 0x0AFF:
        raise ValueError("no codestream")
    _skip_size(bits)
    if bits.take(1):  # all as usual
        return Header()
    if bits.take(1):
        bits.take(3)  # the orientation, which the decoder applies
        if bits.take(1):
            _skip_size(bits)
        if bits.take(1):
            _skip_preview(bits)
        if bits.take(1):
            _skip_animation(bits)
    _skip_depth(bits)
    bits.take(1)  # whether 16 bits suffice inside the decoder
    channels = [_is_premultiplied(bits) for _ in range(bits.number((0, 0), (1, 0), (2, 4), (1, 12)))]
    return _colours(bits, lossy=bool(bits.take(1)), premultiplied=any(channels))


class _Bits:
    """Bits of bytes, the lowest first."""

    def __init__(self, data: bytes) -> None:
        self.value, self.left = int.from_bytes(data, "little"), 8 * len(data)

    def take(self, count: int) -> int:
        self.left -= count
        if self.left < 0:
            raise ValueError("cut short")
        taken = self.value & ((1 << count) - 1)
        self.value >>= count
        return taken

    def number(self, *choices: tuple[int, int]) -> int:
        """Read a number that is written in one of four ways: each an offset, and how many bits follow."""
        offset, count = choices[self.take(2)]
        return offset + self.take(count)


def _skip_size(bits: _Bits) -> None:
    if bits.take(1):  # in eighths
        _skip_sides(bits, lambda: bits.take(5))
    else:
        _skip_sides(bits, lambda: bits.number((1, 9), (1, 13), (1, 18), (1, 30)))


def _skip_preview(bits: _Bits) -> None:
    if bits.take(1):
        _skip_sides(bits, lambda: bits.number((16, 0), (32, 0), (1, 5), (33, 9)))
    else:
        _skip_sides(bits, lambda: bits.number((1, 6), (65, 8), (321, 10), (1345, 12)))


def _skip_sides(bits: _Bits, take: Callable[[], int]) -> None:
    """Read the height, and the width where it is in no usual ratio to it."""
    take()
    if not bits.take(3):
        take()


def _skip_animation(bits: _Bits) -> None:
    bits.number((100, 0), (1000, 0), (1, 10), (1, 30))
    bits.number((1, 0), (1001, 0), (1, 8), (1, 10))
    bits.number((0, 0), (0, 3), (0, 16), (0, 32))
    bits.take(1)


def _skip_depth(bits: _Bits) -> None:
    if bits.take(1):
        bits.number((32, 0), (16, 0), (24, 0), (1, 6))
        bits.take(4)
    else:
        bits.number((8, 0), (10, 0), (12, 0), (1, 6))


def _is_premultiplied(bits: _Bits) -> bool:
    """Read an extra channel; return whether it is alpha that colours were multiplied by."""
    if bits.take(1):
        return False
    kind = bits.number(*ENUM)
    _skip_depth(bits)
    bits.number((0, 0), (3, 0), (4, 0), (1, 3))
    bits.take(8 * bits.number((0, 0), (0, 4), (16, 5), (48, 10)))
    if kind == 2:  # a spot colour
        bits.take(64)
    if kind == 5:  # a sensor's mosaic
        bits.number((1, 0), (0, 2), (3, 4), (19, 8))
    return kind == ALPHA and bool(bits.take(1))


def _colours(bits: _Bits, *, lossy: bool, premultiplied: bool) -> Header:
    if bits.take(1):
        return Header(lossy, premultiplied=premultiplied)
    profile, space = bool(bits.take(1)), bits.number(*ENUM)
    if profile or space == XYB:
        return Header(lossy, profile, premultiplied=premultiplied)
    white = _named(bits, WHITES, 1)
    primaries = PRIMARIES[1] if space == GREY else _named(bits, PRIMARIES, 3)
    gamma = bits.take(24) / 1e7 if bits.take(1) else 0.0
    transfer = 0 if gamma else bits.number(*ENUM)
    return Header(lossy, False, space == GREY, white, primaries, transfer, gamma, premultiplied)


def _named(bits: _Bits, known: dict[int, tuple[float, ...]], points: int) -> tuple[float, ...]:
    """Return the xy of points that a code names, or that follow, where it is 2."""
    code = bits.number(*ENUM)
    if code == 2:
        numbers = [bits.number((0, 19), (1 << 19, 19), (1 << 20, 20), (1 << 21, 21)) for _ in range(2 * points)]
        return tuple((-(number + 1) // 2 if number % 2 else number // 2) / 1e6 for number in numbers)
    if code not in known:
        raise ValueError("unknown colours")
    return known[code]
