"""Cameras' raw files, which are read only, through LibRaw (rawpy), which is optional."""

import io
from typing import TYPE_CHECKING

from ppcn.images.formats.format import Format
from ppcn.images.formats.jpeg_segments import exif_of
from ppcn.images.metadata.tiff_directory import as_exif, parse
from ppcn.images.photo import Photo, Space
from ppcn.images.unreadable import DAMAGED, CheckSize, Unreadable, unsupported

if TYPE_CHECKING:
    import rawpy

_SPACES: dict[int, Space] = {1: "grey", 3: "rgb"}  # by channels; sensors without colour filters have one
SRGB_CURVE = (2.4, 12.92)  # as LibRaw takes it: the power, and the slope at black


def load(data: bytes, check: CheckSize) -> Photo:
    """Develop a raw file neutrally: the camera's white balance, sRGB, 16 bits, no brightening; upright."""
    if FORMAT.missing:  # of a TIFF file that turned out to be raw
        raise Unreadable(f"cannot be read: {FORMAT.missing}")
    import rawpy

    from ppcn.images.metadata.upright import upright

    try:
        with rawpy.imread(io.BytesIO(data)) as file:
            sizes = file.sizes
            check(sizes.width, sizes.height, 6)
            pixels = file.postprocess(
                use_camera_wb=True, no_auto_bright=True, output_bps=16, gamma=SRGB_CURVE,
                output_color=rawpy.ColorSpace.sRGB,
            )  # fmt: skip
            exif = _exif_of_preview(file)
    except rawpy.LibRawFileUnsupportedError as error:
        raise Unreadable("is a raw file of a camera that LibRaw does not know; develop it first, into TIFF") from error
    except rawpy.LibRawError as error:
        raise Unreadable(DAMAGED) from error
    space = _SPACES.get(pixels.shape[2])
    if space is None:
        raise unsupported(f"{pixels.shape[2]} colours")
    return upright(Photo(pixels, space, format="raw", exif=exif or as_exif(parse(data))), pixels_are=True)


def _exif_of_preview(file: "rawpy.RawPy") -> bytes | None:
    """Return the EXIF of the JPEG that cameras put into their raw files."""
    import rawpy

    try:
        preview = file.extract_thumb()
    except rawpy.LibRawError:
        return None
    return exif_of(bytes(preview.data)) if preview.format == rawpy.ThumbFormat.JPEG else None


FORMAT = Format(
    name="raw",
    title="camera raw",
    media_type="image/x-dcraw",
    suffixes=(
        ".dng", ".cr2", ".cr3", ".nef", ".nrw", ".arw", ".srf", ".sr2", ".raf", ".orf", ".rw2", ".pef", ".srw", ".mrw",
        ".x3f", ".3fr", ".iiq", ".erf", ".kdc", ".dcr", ".mos", ".mef",
    ),
    signature=rb"FUJIFILMCCD-RAW|II\*\0\x10\0\0\0CR|IIU\0|IIR[OS]|MMOR|FOVb|\0MRM|.{4}ftypcrx ",
    load=load,
    needs="rawpy",
    extra="raw",
    without_browser="a camera's raw file",
)  # fmt: skip
