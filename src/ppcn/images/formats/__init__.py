"""Image file formats, one file each."""
