"""How long the page takes in Chromium, beside the library on the same machine.

    cd web && npm run preview &        # or any other server of the page
    python benchmarks/web.py PHOTO... --address http://localhost:4173/

Prints one JSON line a photo: medians in milliseconds, from decoded pixels to the finished result, and the most memory
that Chromium's processes took together, in MB (idle: before the first photo). PPCN_KERNEL=avx2 holds the library to
AVX2.
"""

import argparse
import json
import os
import shutil
import statistics
import threading
import time
from pathlib import Path

import numpy as np
from load import family
from PIL import Image
from playwright.sync_api import Page, sync_playwright

import ppcn
from ppcn.registry import DEFAULT_ENHANCER

SETTLED = 1500  # ms, in which the page uncovers a result
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]


def in_browser(page: Page, photo: Path, runs: int) -> list[float]:
    """Return the milliseconds that the page's worker takes for a photo, run after run."""
    durations = f"performance.getEntriesByName('{photo.name}').map(({{ duration }}) => duration)"
    for run in range(runs):
        page.wait_for_timeout(SETTLED)
        page.set_input_files("#files", photo)
        while len(page.evaluate(durations)) <= run:
            page.wait_for_timeout(100)
    return page.evaluate(durations)


def native(photo: Path, runs: int) -> list[float]:
    """Return the milliseconds that the library takes."""
    engine = ppcn.load_model(DEFAULT_ENHANCER)
    with Image.open(photo) as image:
        pixels = np.asarray(image.convert("RGB"))
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        ppcn.enhance(pixels, model=engine)
        times.append((time.perf_counter() - start) * 1000)
    return times


class Memory(threading.Thread):
    """Watches how much memory the processes below this one take, each page of it counted once."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.most = 0.0
        self.start()

    def run(self) -> None:
        while True:
            self.most = max(self.most, sum(map(proportional, family(os.getpid())[1:])))
            time.sleep(0.5)

    def take(self) -> int:
        """Return the most since the last time, in MB."""
        most, self.most = self.most, 0.0
        return round(most)


def proportional(pid: int) -> float:
    """Return a process's memory in MB, its share of what it has in common with others included."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended
        return 0.0
    return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("Pss:"))


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("photos", nargs="+", type=Path)
parser.add_argument("--address", default="http://localhost:4173/")
parser.add_argument("--runs", type=int, default=3)
arguments = parser.parse_args()
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
    page = browser.new_page()
    page.goto(arguments.address)
    memory = Memory()
    page.wait_for_timeout(5000)
    print(json.dumps({"idle_mb": memory.take()}))
    for photo in arguments.photos:
        there = in_browser(page, photo, arguments.runs)
        most = memory.take()
        here = native(photo, arguments.runs)
        with Image.open(photo) as image:
            size = f"{image.width}x{image.height}"
        figures = {"browser_ms": statistics.median(there), "native_ms": statistics.median(here), "browser_mb": most}
        rounded = {name: round(figure) for name, figure in figures.items()}
        print(json.dumps({"photo": photo.name, "size": size, **rounded}), flush=True)
    browser.close()
