"""Enhance a folder of crops in several ways: python benchmarks/folders.py PHOTOS [--count 2000] [--ways 1 2 local].

A way is a number of workers, or the address of a Ray cluster ("local" for one of this machine). Prints seconds, photos
and megapixels a second, the resident memory of all processes early, in the middle and at the end of the run, and a
checksum of all results, which has to be the same for every way.
"""

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image


def make_crops(photos: Path, folder: Path, count: int, size: tuple[int, int]) -> None:
    """Cut ``count`` crops of a size at random places out of the photos, always the same ones."""
    chance = random.Random(0)
    originals = [Image.open(path).convert("RGB") for path in sorted(photos.glob("*.jpg"))]
    for number in range(count):
        photo = originals[number % len(originals)]
        left, top = (chance.randrange(whole - part + 1) for whole, part in zip(photo.size, size, strict=True))
        crop = photo.crop((left, top, left + size[0], top + size[1]))
        crop.save(folder / f"{number:05}.jpg", quality=92)


def resident(session: int) -> float:
    """Return the megabytes that the processes of a session take, those that they share counted once."""
    total = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int((process / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                lines = (process / "smaps_rollup").read_text().splitlines()
                total += next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
        except OSError:  # it has ended meanwhile
            continue
    return total / 1000


def watched(command: list[str], out: Path, count: int) -> tuple[float, list[float]]:
    """Run a command; return its seconds, and its megabytes at 20 %, 60 % and 95 % of the photos."""
    started, memory = time.perf_counter(), []
    process = subprocess.Popen(command, start_new_session=True)
    while process.poll() is None:
        time.sleep(0.2)
        done = sum(1 for _ in out.glob("*.jpg"))
        if len(memory) < 3 and done >= count * (0.2, 0.6, 0.95)[len(memory)]:
            memory.append(resident(process.pid))
    return time.perf_counter() - started, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--size", type=int, nargs=2, default=(160, 120))
    parser.add_argument("--ways", nargs="+", default=["1", "2", "local"])
    options = parser.parse_args()
    megapixels = options.count * options.size[0] * options.size[1] / 1e6
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "crops").mkdir()
        make_crops(options.photos, folder / "crops", options.count, tuple(options.size))
        print("| way | s | photos/s | MP/s | MB at 20, 60, 95 % | done | SHA-256 |", "|---" * 7 + "|", sep="\n")
        for way in options.ways:
            out, report = folder / way, folder / f"{way}.json"
            how = ["--workers", way] if way.isdecimal() else ["--cluster", way]
            command = [sys.executable, "-c", "from ppcn.cli import main; main()", "enhance", str(folder / "crops")]
            command += ["-o", str(out), "--report", str(report), "-q", *how]
            seconds, memory = watched(command, out, options.count)
            total = hashlib.sha256()
            for path in sorted(out.iterdir()):
                total.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
            sizes = ", ".join(f"{size:.0f}" for size in memory)
            print(
                f"| {way} | {seconds:.1f} | {options.count / seconds:.1f} | {megapixels / seconds:.2f} | {sizes} "
                f"| {json.loads(report.read_text())['done']} | {total.hexdigest()[:16]} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
