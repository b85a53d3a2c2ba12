"""What programs that are not ours find in a file: Pillow and exiftool; for HEIC pi-heif, and for JPEG XL pylibjxl."""

import io
import json
import shutil
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pi_heif
import pylibjxl
import pyvips
from builders import MAKER_NOTE
from PIL import Image, ImageFile, IptcImagePlugin

EXIFTOOL = shutil.which("exiftool")
MODEL, DATE, MAKER = 0x0110, 0x9003, 0x927C


@dataclass(frozen=True)
class Seen:
    """A file as Pillow sees it, or pi-heif and pylibjxl, by themselves, where Pillow cannot."""

    data: bytes

    @cached_property
    def image(self) -> Image.Image:
        """The first picture; its ``info`` has the metadata."""
        if self.data[4:10] == b"ftyphe":
            return pi_heif.open_heif(self.data).to_pillow()
        if not self.data.startswith((b"\xff\x0a", b"\0\0\0\x0cJXL ")):
            image = Image.open(io.BytesIO(self.data))
            image.load()
            return image
        pixels, about = pylibjxl.decode(self.data, metadata=True)
        image = Image.fromarray(pixels.squeeze())
        image.info = {"icc_profile": about.get("icc"), "exif": about.get("exif"), "xmp": about.get("xmp")}
        return image

    def pixels(self, mode: str) -> np.ndarray:
        """Return HxWxC uint8 in one of Pillow's modes."""
        return np.atleast_3d(np.asarray(self.image.convert(mode)))

    @property
    def bits(self) -> int:
        """The bits of a channel, by the headers of PNG, TIFF and AVIF; all others have 8."""
        match self.image.format:
            case "PNG":
                return self.data[24]
            case "TIFF":
                return int(np.ravel(self.image.getexif()[258])[0])
            case "AVIF":
                return pyvips.Image.new_from_buffer(self.data, "").get("bits-per-sample")  # pyright: ignore[reportReturnType]
        return 8

    @property
    def exif(self) -> Image.Exif:
        """The EXIF, which TIFF files have in their directories."""
        if self.image.format:
            return self.image.getexif()
        exif = Image.Exif()
        exif.load(self.image.info["exif"] or b"")
        return exif

    @property
    def has_exif(self) -> bool:
        """Whether the camera's model, the date and the maker note are those of ``camera_exif``."""
        inner = self.exif.get_ifd(0x8769)
        model, date, note = self.exif.get(MODEL), inner.get(DATE), inner.get(MAKER)
        return (model, date, note) == ("Model 7", "2020:01:02 03:04:05", MAKER_NOTE)

    @property
    def has_gps(self) -> bool:
        """Whether the place is that of ``camera_exif``, or of the phone's HEIC file."""
        position = self.exif.get_ifd(0x8825)
        return position.get(1) == "N" and position.get(2) in ((47.0, 22.0, 30.5), (47.0, 22.0, 30.0))

    @property
    def xmp(self) -> bytes:
        """The XMP packet; empty if there is none."""
        return self.image.info.get("xmp") or self.exif.get(700) or b""

    @property
    def comment(self) -> str:
        """The comment of a JPEG or PNG file; empty if there is none."""
        info = self.image.info
        return info.get("Comment") or info.get("comment", b"").decode()

    @property
    def iptc(self) -> dict[Any, Any]:
        """The IPTC record."""
        image = self.image
        if isinstance(image, ImageFile.ImageFile) and image.format in ("JPEG", "TIFF"):
            return IptcImagePlugin.getiptcinfo(image) or {}
        return {}

    @property
    def dpi(self) -> tuple[int, ...]:
        """The resolution in whole numbers; empty if there is none."""
        found = self.image.info.get("dpi", (1, 1))
        return () if found == (1, 1) else tuple(round(float(value)) for value in found)

    @property
    def second(self) -> bytes:
        """The picture behind the first one, by the index of JPEG files; empty if there is none."""
        if self.image.format not in ("JPEG", "MPO") or "mpoffset" not in self.image.info:
            return b""
        entries = self.image._getmp()[0xB002]  # pyright: ignore[reportAttributeAccessIssue]
        return self.data[self.image.info["mpoffset"] + entries[1]["DataOffset"] :]


def by_exiftool(files: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Return the tags of files, by their names, as exiftool finds them; none where it is not installed."""
    if not EXIFTOOL:
        return {}
    command = [EXIFTOOL, "-json", "-n", "-fast", *map(str, files)]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    return {Path(tags["SourceFile"]).name: tags for tags in found}
