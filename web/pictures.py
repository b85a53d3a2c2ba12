"""Make the page's icons, and its pictures of the sample photos: .venv/bin/python web/pictures.py, in the root."""

from pathlib import Path

import pyvips
from PIL import Image

import ppcn

PUBLIC = Path("web/public")
ICON = (PUBLIC / "icons/icon.svg").read_text("utf-8")
# Phones cut icons to their own shapes: these fill their square, with a margin that may go.
FULL = ICON.replace('viewBox="0 0 64 64"', 'viewBox="-6 -6 76 76"').replace(
    '<rect width="64" height="64" rx="14"', '<rect x="-6" y="-6" width="76" height="76"'
)
ICONS = {
    "icon-192": (ICON, 192),
    "icon-512": (ICON, 512),
    "icon-maskable-512": (FULL, 512),
    "apple-touch-icon": (FULL, 180),
}
SQUARES = {"lake": 264, "otter": 260, "flowers": 200, "harbour": 264}  # where each photo's square begins, from the left

for name, (drawing, size) in ICONS.items():
    large = pyvips.Image.svgload_buffer(drawing.encode(), scale=8)
    large.thumbnail_image(size).pngsave(PUBLIC / f"icons/{name}.png", keep="none")
for name, left in SQUARES.items():
    with Image.open(f"samples/{name}.jpg") as photo:
        if name == "lake":
            photo.save(PUBLIC / "hero/lake-before.webp", quality=76, method=6)
            ppcn.enhance(photo).save(PUBLIC / "hero/lake-after.webp", quality=76, method=6)
        square = photo.crop((left, 0, left + photo.height, photo.height))  # as it will be opened
    square.resize((128, 128), Image.Resampling.LANCZOS).save(PUBLIC / f"hero/{name}.webp", quality=72, method=6)
