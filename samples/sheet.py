"""Make the sheets of docs/enhancer.md: python samples/sheet.py PHOTOS, where PHOTOS is the folder of photographs.

A photograph that no network was trained on, as each simulated camera would have taken it, beside what becomes of it.
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

import ppcn
from ppcn.data.cameras import CAMERAS
from ppcn.data.photographs import read, reduced
from ppcn.evaluation.adjustments import auto_levels, clahe

PHOTOGRAPHS = {"lake": "budgie_lake-sherburne.jpg", "otter": "budgie_oakland-zoo-otters.jpg"}
COLUMNS = {
    "as taken": lambda photo: photo,
    "auto-levels": auto_levels,
    "CLAHE": clahe,
    "student.open": partial(ppcn.enhance, model="student.open"),
    "enhancer.open": partial(ppcn.enhance, model="enhancer.open"),
}
WIDTH, SHOWN, GAP = 960, 280, 6  # pixels: of the photos, of a cell, between cells
SEED = 5


def main() -> None:
    for name, photograph in PHOTOGRAPHS.items():
        original = reduced(read(Path(sys.argv[1]) / photograph), WIDTH)
        rows = []
        for camera in CAMERAS.values():
            photo = camera(original, np.random.default_rng(SEED))
            rows.append([*(edit(photo) for edit in COLUMNS.values()), original])
        height = round(original.shape[0] * SHOWN / WIDTH)
        size = len(rows[0]) * (SHOWN + GAP) - GAP, len(rows) * (height + GAP) - GAP
        sheet = Image.new("RGB", size, "white")
        for y, row in enumerate(rows):
            for x, photo in enumerate(row):
                cell = Image.fromarray((np.clip(photo, 0, 1) * 255 + 0.5).astype(np.uint8))
                cell = cell.resize((SHOWN, height), Image.Resampling.LANCZOS)
                sheet.paste(cell, (x * (SHOWN + GAP), y * (height + GAP)))
        sheet.save(Path(__file__).parents[1] / f"docs/pictures/enhancer-{name}.jpg", quality=85)


if __name__ == "__main__":
    main()
