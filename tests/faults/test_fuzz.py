"""Files that were damaged at random, by a seed each: none may crash, hang or raise anything but a sentence.

``make test-nightly`` runs more of them. ``damaged(SEED)`` of a failure's message makes the file again.
"""

import io
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

from builders import builtin_profile, camera_exif
from PIL import Image

SEEDS = int(os.environ.get("PPCN_FUZZ", "300"))
ROOT = Path(__file__).parents[2]
VALUES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 1 << 20, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def files() -> dict[str, bytes]:
    """Return a small sample photo in every format, with a phone's metadata where the format has some."""
    photo = Image.open(ROOT / "samples" / "otter.jpg").reduce(8)
    about = {"exif": b"Exif\0\0" + camera_exif(), "icc_profile": builtin_profile("p3")}
    kinds = {
        "jpeg": about,
        "progressive": {"format": "jpeg", "progressive": True, **about},
        "png": about,
        "webp": about,
        "tiff": {"compression": "tiff_lzw", "icc_profile": about["icc_profile"]},
        "bigtiff": {"format": "tiff", "big_tiff": True},
        "avif": about,
        "gif": {},
    }
    made = {}
    for kind, how in kinds.items():
        buffer = io.BytesIO()
        photo.save(buffer, **{"format": kind, **how})
        made[kind] = buffer.getvalue()
    return made | {path.name: path.read_bytes() for path in (ROOT / "tests/images/data").glob("*.heic")}


FILES = files()


def damaged(seed: int) -> tuple[str, bytes]:
    """Return the name of a file of ``FILES``, and its bytes with some damage."""
    chance = random.Random(seed)
    name = list(FILES)[seed % len(FILES)]
    data = bytearray(FILES[name])
    for _ in range(chance.choice((1, 1, 2, 4, 8, 32))):
        place = chance.randrange(len(data) if chance.random() < 0.5 else min(len(data), 1000))
        other, length = chance.randrange(len(data)), chance.choice((1, 2, 4, 16, 64, 256))
        match chance.randrange(7):
            case 0:
                data[place] ^= 1 << chance.randrange(8)
            case 1:
                data[place] = chance.randrange(256)
            case 2:
                width = chance.choice((1, 2, 4))
                value = chance.choice(VALUES) % (1 << 8 * width)
                data[place : place + width] = value.to_bytes(width, chance.choice(("big", "little")))
            case 3:
                del data[place : place + length]
            case 4:
                data[place:place] = data[other : other + length]
            case 5:
                data[place : place + length] = data[other : other + length]
            case 6 if chance.random() < 0.3:
                del data[max(place, 16) :]
        data = data or bytearray(FILES[name])
    return name, bytes(data)


def test_damaged_files_are_enhanced_or_refused():
    counts: Counter[str] = Counter()
    reader = None
    for seed in range(SEEDS):
        if reader is None:
            command = [sys.executable, Path(__file__).with_name("fuzz_reader.py")]
            reader = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert reader.stdin
        assert reader.stdout
        name, data = damaged(seed)
        reader.stdin.write(len(data).to_bytes(4, "little") + data)
        reader.stdin.flush()
        answer = reader.stdout.read(1).decode()
        counts[answer or f"damaged({seed}), a {name}, ended the reader with {reader.wait()}"] += 1
        reader = reader if answer else None
    if reader:
        reader.communicate()
    assert set(counts) == {".", "e"}
    assert counts["e"] > SEEDS / 4
