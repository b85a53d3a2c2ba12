"""Files that were damaged at random, by a seed each: none may crash, hang or raise anything but a sentence.

``make test-nightly`` runs more of them. ``damaged(SEED)`` of a failure's message makes the file again.
"""

import io
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import builtin_profile, camera_exif
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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


class Reader:
    """A process that enhances what it is given. What ends it is told, and does not end the test."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, data: bytes) -> str:
        """Return "." for a picture, "e" for a sentence, and what else became of the process."""
        if self._process is None:
            command = [sys.executable, Path(__file__).with_name("fuzz_reader.py")]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(len(data).to_bytes(4, "little") + data)
        self._process.stdin.flush()
        answer = self._process.stdout.read(1).decode()
        return answer or f"the reader ended with {self.close()}"

    def close(self) -> int:
        """End the process; return how it ended."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.communicate()
        return process.returncode


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_damaged_files_are_enhanced_or_refused(reader: Reader):
    counts: Counter[str] = Counter()
    for seed in range(SEEDS):
        name, data = damaged(seed)
        answer = reader(data)
        counts[answer if answer in ".e" else f"damaged({seed}), a {name}: {answer}"] += 1
    assert set(counts) == {".", "e"}
    assert counts["e"] > SEEDS / 4


@settings(max_examples=max(SEEDS // 5, 1), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(FILES)),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), max_size=8),
    kept=st.floats(0, 1),
)
def test_files_that_are_cut_short_and_have_bits_flipped(
    reader: Reader, name: str, flips: list[tuple[float, int]], kept: float
):
    """The same by Hypothesis, which finds the smallest damage that does harm."""
    data = bytearray(FILES[name])
    for place, bit in flips:
        data[int(place * len(data))] ^= 1 << bit
    assert reader(bytes(data[: round(kept * len(data))])) in (".", "e")
