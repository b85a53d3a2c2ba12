"""EXIF, XMP and what else travels with a photo."""
