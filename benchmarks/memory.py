"""How much memory a photo takes, by its size and kind: python benchmarks/memory.py [--megapixels 1 4 12 24].

What ``runtime.operations.memory.needed`` reckons with has to be above all of these. Peaks are those of a process that
enhances a made-up photo, less that of one that enhances a photo of one pixel.
"""

import argparse
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path

import numpy as np

from ppcn import load_model
from ppcn.images.colour.cicp import builtin_profile
from ppcn.images.pixels.vips import attach, from_array
from ppcn.registry import DEFAULT_ENHANCER, DEFAULT_UPSCALER
from ppcn.runtime.operations.memory import needed

KINDS = {  # its numbers, their channels, the file, the model, and the command
    "8 bits, JPEG": (np.uint8, 3, "jpg", DEFAULT_ENHANCER, ["enhance"]),
    "16 bits, alpha, Display P3, PNG": (np.uint16, 4, "png", DEFAULT_ENHANCER, ["enhance"]),
    "8 bits, JPEG, a quarter as large, upscaled": (np.uint8, 3, "jpg", DEFAULT_UPSCALER, ["upscale"]),
    "the same, to twice its size": (np.uint8, 3, "jpg", DEFAULT_UPSCALER, ["upscale", "--scale", "2"]),
    "the same, by safmn.open": (np.uint8, 3, "jpg", "safmn.open", ["upscale"]),
}
CODE = "import resource; from ppcn.cli import main\ntry: main()\nfinally: print(resource.getrusage(0).ru_maxrss)"


def peak(folder: Path, kind: str, side: int) -> float:
    """Return the peak of resident memory, in bytes, of enhancing a square photo."""
    depth, channels, suffix, model, command = KINDS[kind]
    photo = folder / f"photo.{suffix}"
    pixels = np.random.default_rng(0).integers(0, np.iinfo(depth).max, (side, side, channels), depth)
    image = from_array(pixels, "rgb")
    if depth == np.uint16:
        attach(image, "icc-profile-data", builtin_profile("p3"))
    image.write_to_file(str(photo))
    out = str(folder / f"out.{suffix}")
    words = [sys.executable, "-c", CODE, *command, str(photo), "--model", model, "-o", out, "--overwrite"]
    return 1024 * int(subprocess.run(words, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megapixels", nargs="+", type=float, default=[1, 4, 12, 24])
    sides = [round((megapixels * 1e6) ** 0.5) for megapixels in parser.parse_args().megapixels]
    print("| megapixels | kind | MB | reckoned with |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for whole, kind in product(sides, KINDS):
            depth, channels, _, model, _ = KINDS[kind]
            network = load_model(model)
            side = whole // 2 if network.scale > 1 else whole
            taken = peak(Path(name), kind, side) - peak(Path(name), kind, 1)
            reckoned = needed(side, side, channels * np.dtype(depth).itemsize, network.scale, network.halo)
            print(f"| {side**2 / 1e6:.0f} | {kind} | {taken / 1e6:.0f} | {reckoned / 1e6:.0f} |", flush=True)


if __name__ == "__main__":
    main()
