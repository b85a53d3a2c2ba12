"""JPEG files that lack the marker at their end: some programs leave it out, and a copy that failed has lost it."""

from typing import Any

from ppcn.images.formats.jpeg_segments import SCAN, segments
from ppcn.images.pixels.vips import VipsError, vips_errors

END = b"\xff\xd9"
PADDINGS = tuple(64 * bits for bits in (b"\x55", b"\xaa", b"\x33", b"\xff\0"))  # decoded where data are missing
SEQUENTIAL, RESTART = (0xC0, 0xC1), 0xDD  # frames that are not progressive; the interval of restarts


def with_end(data: bytes) -> tuple[bytes, bool]:
    """Return a file with the marker at its end, and whether it was there: some programs leave it out.

    Zeros are what a copy that failed has in place of the rest. A picture of several scans, or of several parts of a
    scan, might lack some as well, and gets no marker: libvips takes it for cut off.
    """
    scan = data.rfind(bytes((0xFF, SCAN)))
    if data.rfind(END) > scan:
        return data, True
    found = data.rstrip(b"\0")
    found += b"\0" * found.endswith(b"\xff")  # without which it is no byte of the picture's (T.81, F.1.2.3)
    header = {marker: content for marker, _, content in segments(data)}
    frame = next((header[marker] for marker in SEQUENTIAL if marker in header), b"")
    in_one = data[scan + 4 : scan + 5] == frame[5:6] and RESTART not in header
    return found + END * in_one, False


def is_whole(picture: bytes) -> bool:
    """Tell whether a picture whose end we added is all there: then padding before the end does not change it."""
    try:
        with vips_errors() as pyvips:

            def decoded(bits: bytes) -> Any:
                return pyvips.Image.jpegload_buffer(picture.removesuffix(END) + bits + END, access="sequential")

            return all((decoded(b"") != decoded(bits)).max() == 0 for bits in PADDINGS)
    except VipsError:
        return False
