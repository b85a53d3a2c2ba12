"""Time and memory of enhancing large photos: python benchmarks/large_photos.py [--megapixels 12 48 108].

Each photo is a sample, enlarged to 4:3, with noise. It is read, enhanced and written as JPEG by a process of its own,
once with the default memory, once with all maps kept between the stages of the network, and once with none. "peak" is
the largest resident size of that process, libraries included.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "samples" / "lake.jpg"
MEMORY = {"default": None, "kept": 1 << 40, "recomputed": 0}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", nargs="+", type=float, default=[12, 48, 108])
    parser.add_argument("--maps", nargs="+", choices=MEMORY, default=list(MEMORY))
    parser.add_argument("--model", default="student.open")
    parser.add_argument("--enhance", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.enhance:
        enhance(*options.enhance)
    else:
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Print a row for each photo and way."""
    print("| megapixels | maps | seconds | ms per megapixel | peak MB |\n|---|---|---|---|---|")
    for megapixels in options.megapixels:
        with tempfile.TemporaryDirectory() as folder:
            photo = Path(folder) / "photo.jpg"
            make(photo, megapixels)
            for maps in options.maps:
                started = time.perf_counter()
                child = subprocess.Popen([sys.executable, __file__, "--enhance", photo, options.model, maps])
                _, status, used = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
                if child.returncode:
                    sys.exit(child.returncode)
                seconds = time.perf_counter() - started
                per_megapixel = 1e3 * seconds / megapixels
                peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
                print(f"| {megapixels:g} | {maps} | {seconds:.1f} | {per_megapixel:.0f} | {peak:.0f} |", flush=True)


def make(photo: Path, megapixels: float) -> None:
    """Write a JPEG of that size."""
    import pyvips

    width, height = round((megapixels * 4e6 / 3) ** 0.5), round((megapixels * 3e6 / 4) ** 0.5)
    sample = pyvips.Image.new_from_file(SAMPLE)
    large = sample.resize(width / sample.width, vscale=height / sample.height)
    noisy = large + pyvips.Image.gaussnoise(width, height, mean=0, sigma=3)
    noisy.cast("uchar").copy(interpretation="srgb").jpegsave(photo, Q=92)


def enhance(photo: str, model: str, maps: str) -> None:
    import ppcn

    engine = ppcn.load_model(model)
    if MEMORY[maps] is not None:
        engine.memory = MEMORY[maps]
    Path(ppcn.enhance(photo, model=engine)).unlink()


if __name__ == "__main__":
    main()
