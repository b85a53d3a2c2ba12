"""How long the page takes in Chromium, beside the library on the same machine.

    cd web && npm run preview &        # or any other server of the page
    python benchmarks/web.py PHOTO... --address http://localhost:4173/

Prints one JSON line a photo: medians in milliseconds, from decoded pixels to the finished result.
"""

import argparse
import json
import shutil
import statistics
import time
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, sync_playwright

import ppcn

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def in_browser(page: Page, photo: Path, runs: int) -> list[float]:
    """Return the milliseconds that the page's worker takes for a photo, run after run."""
    page.set_input_files("#files", [photo] * runs)
    page.wait_for_selector("#save:enabled", timeout=300_000)
    durations = f"performance.getEntriesByName('{photo.name}').map(({{ duration }}) => duration)"
    while len(times := page.evaluate(durations)) < runs:
        page.wait_for_timeout(100)
    return times


def native(photo: Path, runs: int) -> list[float]:
    """Return the milliseconds that the library takes."""
    engine = ppcn.load_model("student.open")
    with Image.open(photo) as image:
        pixels = np.asarray(image.convert("RGB"))
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        ppcn.enhance(pixels, model=engine)
        times.append((time.perf_counter() - start) * 1000)
    return times


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("photos", nargs="+", type=Path)
parser.add_argument("--address", default="http://localhost:4173/")
parser.add_argument("--runs", type=int, default=3)
arguments = parser.parse_args()
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
    page = browser.new_page()
    page.goto(arguments.address)
    for photo in arguments.photos:
        there, here = in_browser(page, photo, arguments.runs), native(photo, arguments.runs)
        with Image.open(photo) as image:
            size = f"{image.width}x{image.height}"
        figures = {"browser_ms": statistics.median(there), "native_ms": statistics.median(here)}
        print(json.dumps({"photo": photo.name, "size": size, **{name: round(ms) for name, ms in figures.items()}}))
    browser.close()
