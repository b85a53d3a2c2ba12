"""Turning a photo upright, with all that its metadata say of directions."""

from dataclasses import replace

from ppcn.images.metadata import exif, xmp
from ppcn.images.photo import Photo
from ppcn.images.pixels.orientation import apply_orientation


def upright(photo: Photo, orientation: int | None = None, *, pixels_are: bool = False) -> Photo:
    """Return a photo as its orientation (1 to 8) wants it seen, with all that its metadata say of directions.

    ``orientation`` None means EXIF's; where that is missing, too, the photo stays as it is, whatever its XMP says: few
    programs read it there, and it may be left from before the photo was turned. ``pixels_are`` says that the pixels
    are upright already.
    """
    orientation = orientation or (exif.orientation(photo.exif) if photo.exif else None) or (1 if pixels_are else None)
    if orientation is None:
        return photo
    quarter = orientation in xmp.QUARTERS
    return replace(
        photo,
        pixels=photo.pixels if pixels_are else apply_orientation(photo.pixels, orientation),
        dpi=photo.dpi and (photo.dpi[::-1] if quarter else photo.dpi),
        exif=photo.exif and exif.turned(photo.exif, quarter=quarter),
        xmp=photo.xmp and xmp.turned(photo.xmp, orientation),
    )
