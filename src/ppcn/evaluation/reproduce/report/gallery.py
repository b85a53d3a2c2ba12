"""A figure of pictures: each whole, to be laid over the first one, and a region of each, side by side."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, ClassVar, NamedTuple

import numpy as np
from PIL import Image

from ppcn.arrays import Pixels
from ppcn.evaluation.reproduce.report.cells import Cell
from ppcn.evaluation.reproduce.report.part import Part

WIDEST = 1024  # of a whole picture, in pixels
CROP = 360  # least width of a crop


class Region(NamedTuple):
    """A part of a picture, in shares of its width and height."""

    left: float
    top: float
    width: float
    height: float

    def of(self, picture: Pixels) -> Pixels:
        """Return the part of HxWxC."""
        height, width = picture.shape[:2]
        top, left = round(self.top * height), round(self.left * width)
        return picture[top : top + round(self.height * height), left : left + round(self.width * width)]


class Shown(NamedTuple):
    """A picture of a figure: by whom, both its data URIs, or why there are none, its figures, and a remark."""

    label: str
    whole: str | None = None
    crop: str | None = None
    missing: str | None = None
    cells: Sequence[Cell] = ()
    note: str | None = None


@dataclass(frozen=True)
class Gallery(Part):
    """One of the paper's figures of pictures. The first picture is what the others are compared with."""

    caption: str
    region: Region
    shown: Sequence[Shown]

    template: ClassVar[str] = "gallery.html"

    @property
    def made(self) -> list[bool]:
        """Whether each picture is there."""
        return [picture.whole is not None for picture in self.shown]

    def as_dict(self) -> dict[str, Any]:
        """Return what the figure's JSON file holds: all but the pictures."""
        pictures = []
        for shown in self.shown:
            remarks = {name: text for name, text in (("missing", shown.missing), ("note", shown.note)) if text}
            figures = {cell.quantity.title: cell.as_dict() for cell in shown.cells}
            pictures.append({"label": shown.label, **remarks, "figures": figures})
        facts = {"caption": self.caption, "region": self.region._asdict(), "pictures": pictures}
        return super().as_dict() | facts

    def markdown(self) -> str:
        """Return the figure as a list: its pictures are on the page."""
        lines = [f"## {self.title}", "", f"{self.caption} The pictures are in `report.html`.", ""]
        for shown in self.shown:
            figures = [f"{cell.quantity.title} {cell}" for cell in shown.cells if cell.says_something]
            facts = [*figures, *filter(None, (shown.missing, shown.note))]
            lines.append(f"- {shown.label}" + (f": {'; '.join(facts)}" if facts else ""))
        return "\n".join(lines) + "\n"


def encoded(picture: Pixels, region: Region, *, lossless: bool = False) -> dict[str, str]:
    """Return the data URIs ``whole`` and ``crop`` of HxWx3 in [0, 1]; a small crop's pixels are made larger."""
    image, crop = _image(picture), _image(region.of(picture))
    if image.width > WIDEST:
        image = image.resize((WIDEST, round(image.height * WIDEST / image.width)), Image.Resampling.LANCZOS)
    times = -(-CROP // crop.width)
    crop = crop.resize((times * crop.width, times * crop.height), Image.Resampling.NEAREST)
    return {"whole": _uri(image, lossless), "crop": _uri(crop, lossless)}


def _image(picture: Pixels) -> Image.Image:
    return Image.fromarray((picture.clip(0, 1) * 255 + 0.5).astype(np.uint8))


def _uri(image: Image.Image, lossless: bool) -> str:
    file, kind = BytesIO(), "png" if lossless else "jpeg"
    image.save(file, kind, quality=88)  # of JPEG
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
