"""Time and memory of enhancing large photos: python benchmarks/large_photos.py [--megapixels 1 4 12 24 48 108].

Each photo is a sample, enlarged to 4:3, with noise. It is read, enhanced and written as JPEG by a process of its own,
once with the default memory, once with all maps kept between the stages of the network (216 bytes a pixel), and once
with none. Times are those of the best of some rounds, in ms for a megapixel, the process's start aside: processor time
of each step, all threads together, which other programs disturb least, and the time that passed. "peak" is the largest
resident size of that process, libraries included.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

SAMPLE = Path(__file__).parents[1] / "samples" / "lake.jpg"
MEMORY = {"default": None, "kept": 1 << 40, "recomputed": 0}
STEPS = ("read", "enhance", "write")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", nargs="+", type=float, default=[1, 4, 12, 24, 48, 108])
    parser.add_argument("--maps", nargs="+", choices=MEMORY, default=list(MEMORY))
    parser.add_argument("--model", default="student.open")
    parser.add_argument("--once", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.once:
        photo, model, maps, rounds = options.once
        print(json.dumps([min(times) for times in zip(*enhance(photo, model, maps, int(rounds)), strict=True)]))
    else:
        measure(options)


def measure(options: argparse.Namespace) -> None:
    """Print a row for each photo and way."""
    print(f"| megapixels | maps | {' | '.join(STEPS)} | together | passed | peak MB |\n{'|---' * 8}|")
    for megapixels in options.megapixels:
        with tempfile.TemporaryDirectory() as folder:
            photo = Path(folder) / "photo.jpg"
            make(photo, megapixels)
            for maps in options.maps:
                rounds = str(round(1 + 8 / megapixels))
                child = subprocess.Popen(
                    [sys.executable, __file__, "--once", photo, options.model, maps, rounds], stdout=subprocess.PIPE
                )
                assert child.stdout
                printed = child.stdout.read()
                _, status, used = os.wait4(child.pid, 0)
                child.returncode = os.waitstatus_to_exitcode(status)
                if child.returncode:
                    sys.exit(child.returncode)
                times = [1e3 * seconds / megapixels for seconds in json.loads(printed)]
                cells = " | ".join(f"{time:.0f}" for time in (*times[:-1], sum(times[:-1]), times[-1]))
                peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
                print(f"| {megapixels:g} | {maps} | {cells} | {peak:.0f} |", flush=True)


def make(photo: Path, megapixels: float) -> None:
    """Write a JPEG of that size."""
    import pyvips

    width, height = round((megapixels * 4e6 / 3) ** 0.5), round((megapixels * 3e6 / 4) ** 0.5)
    sample = pyvips.Image.new_from_file(SAMPLE)
    large = sample.resize(width / sample.width, vscale=height / sample.height)
    noisy = large + pyvips.Image.gaussnoise(width, height, mean=0, sigma=3)
    noisy.cast("uchar").copy(interpretation="srgb").jpegsave(photo, Q=92)


def enhance(photo: str, model: str, maps: str, rounds: int) -> Iterator[list[float]]:
    """Yield the seconds of each step of each round, and those that passed."""
    from ppcn import load_model
    from ppcn.images.read import read
    from ppcn.images.write import encode
    from ppcn.runtime.operations.enhance import Enhance

    engine = load_model(model)
    if MEMORY[maps] is not None:
        engine.memory = MEMORY[maps]
    steps = (read, Enhance(engine), lambda photo: encode(photo, "jpeg"))
    for _ in range(rounds):
        value, moments, started = Path(photo), [time.process_time()], time.perf_counter()
        for step in steps:
            value = step(value)
            moments.append(time.process_time())
        yield [*(end - start for start, end in pairwise(moments)), time.perf_counter() - started]


if __name__ == "__main__":
    main()
