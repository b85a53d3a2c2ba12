"""Files that were damaged at random: none may crash, hang, take much memory or raise anything but a sentence.

``make fuzz COUNT=20000 SEED=1`` prints the seed, and the counts of each format; it saves what did harm in build/fuzz.
``damaged(SEED, NUMBER)`` makes a file again.
"""

import argparse
import io
import itertools
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from builders import builtin_profile, camera_exif
from fuzz_reader import LIMIT
from kinds import KINDS, data_of
from PIL import Image

ROOT = Path(__file__).parents[2]
SAVED = ROOT / "build" / "fuzz"
BATCH = 500  # files for one process
VALUES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 1 << 20, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
# What lengths stand beside: names of boxes and chunks, and markers of JPEG.
_NAME, _MARKER = re.compile(rb"[A-Za-z][A-Za-z0-9 ]{3}"), re.compile(rb"\xff[\x51-\x65\xc0-\xfe]")
ENHANCED, REFUSED = ".", "e"


@cache
def files() -> dict[str, bytes]:
    """Return a file of every kind, and a photograph, small, in the most frequent formats."""
    photo = Image.open(ROOT / "samples" / "otter.jpg").reduce(8)
    about = {"exif": b"Exif\0\0" + camera_exif(), "icc_profile": builtin_profile("p3")}
    made = {name: data_of(name) for name in KINDS}
    for kind, how in {
        "JPEG": about,
        "JPEG, progressive": {"progressive": True},
        "PNG": about,
        "WebP": about,
        "TIFF": {"compression": "tiff_lzw"},
        "AVIF": about,
        "GIF": {},
    }.items():
        buffer = io.BytesIO()
        photo.save(buffer, kind.partition(",")[0].lower(), **how)
        made[f"{kind} of a photograph"] = buffer.getvalue()
    return made


def format_of(name: str) -> str:
    """Return the format of a file by its name, such as "PNG"."""
    return re.split(r",| of ", name)[0]


def damaged(seed: int, number: int) -> tuple[str, bytes]:
    """Return the name of one of ``files``, and its bytes with some damage: file ``number`` of the run of a seed."""
    chance = random.Random(f"{seed}/{number}")
    name = list(files())[number % len(files())]
    data = bytearray(files()[name])
    others = [other for key, other in files().items() if format_of(key) == format_of(name)]
    for _ in range(chance.choice((1, 1, 2, 4, 8, 32))):
        chance.choices(list(DAMAGES), list(DAMAGES.values()))[0](data, chance, chance.choice(others))
        data = data or bytearray(files()[name])
    return name, bytes(data)


def _place(data: bytearray, chance: random.Random) -> int:
    """Return a place, half of the time near the beginning."""
    return chance.randrange(len(data) if chance.random() < 0.5 else min(len(data), 1000))


def _some(chance: random.Random, number: int) -> slice:
    start = chance.randrange(number)
    return slice(start, start + chance.choice((1, 2, 4, 16, 64, 256)))


def _flip(data: bytearray, chance: random.Random, _: bytes) -> None:
    data[_place(data, chance)] ^= 1 << chance.randrange(8)


def _byte(data: bytearray, chance: random.Random, _: bytes) -> None:
    data[_place(data, chance)] = chance.randrange(256)


def _value(data: bytearray, chance: random.Random, _: bytes) -> None:
    _write(data, _place(data, chance), chance)


def _write(data: bytearray, place: int, chance: random.Random, widths: tuple[int, ...] = (1, 2, 4, 8)) -> None:
    """Write a number that is often the wrong one, or one near to what is there."""
    width, order = chance.choice(widths), chance.choice(("big", "little"))
    value = chance.choice(VALUES)
    if chance.random() < 0.3:
        value = int.from_bytes(data[place : place + width], order) + chance.choice((-8, -2, -1, 1, 2, 8))
    data[place : place + width] = (value % (1 << 8 * width)).to_bytes(width, order)


def _length(data: bytearray, chance: random.Random, _: bytes) -> None:
    """Change the length of a box, a chunk or a segment."""
    names = [found.start() for found in _NAME.finditer(data)]
    markers = [found.end() for found in _MARKER.finditer(data)]
    if names and (not markers or chance.random() < 0.6):
        _write(data, max(chance.choice(names) + chance.choice((-4, 4)), 0), chance, (4,))
    elif markers:
        _write(data, chance.choice(markers), chance, (2,))


def _cut(data: bytearray, chance: random.Random, _: bytes) -> None:
    del data[max(_place(data, chance), 16) :]


def _delete(data: bytearray, chance: random.Random, _: bytes) -> None:
    del data[_some(chance, len(data))]


def _repeat(data: bytearray, chance: random.Random, _: bytes) -> None:
    place = _place(data, chance)
    data[place:place] = data[_some(chance, len(data))]


def _copy(data: bytearray, chance: random.Random, _: bytes) -> None:
    place, part = _place(data, chance), data[_some(chance, len(data))]
    data[place : place + len(part)] = part


def _repeat_box(data: bytearray, chance: random.Random, _: bytes) -> None:
    """Repeat a box or a chunk, once or many times, where one begins."""
    names = [found.start() - 4 for found in _NAME.finditer(data) if found.start() >= 4]
    if not names:
        return
    start, place = chance.choice(names), chance.choice(names)
    size = int.from_bytes(data[start : start + 4], "big") or 64
    data[place:place] = data[start : start + min(size, 4096)] * chance.choice((1, 1, 2, 50))


def _splice(data: bytearray, chance: random.Random, other: bytes) -> None:
    """End as another file of the same format does, or have a part of it."""
    if chance.random() < 0.5:
        data[_place(data, chance) :] = other[chance.randrange(len(other)) :]
    else:
        place = _place(data, chance)
        data[place:place] = other[_some(chance, len(other))]


DAMAGES: dict[Callable[[bytearray, random.Random, bytes], None], float] = {
    _flip: 3, _byte: 3, _value: 3, _length: 3, _cut: 0.4, _delete: 2, _repeat: 1, _copy: 2, _repeat_box: 1, _splice: 1,
}  # fmt: skip


class Reader:
    """A process that enhances what it is given. What ends it is told, and does not end the test."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, data: bytes) -> str:
        """Return ``ENHANCED``, ``REFUSED``, or what else became of it."""
        answer = self._ask(data)
        if answer == _ended(-signal.SIGALRM):  # once more: the machine may have been busy
            answer = self._ask(data)
        return answer

    def _ask(self, data: bytes) -> str:
        if self._process is None:
            command = [sys.executable, Path(__file__).with_name("fuzz_reader.py")]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for name, whole in files().items():
                assert self._send(whole) == ENHANCED, name
            assert self._process.stdin
            self._process.stdin.write(LIMIT)
        return self._send(data) or _ended(self.close())

    def _send(self, data: bytes) -> str:
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(len(data).to_bytes(4, "little") + data)
        self._process.stdin.flush()
        return self._process.stdout.readline().decode().rstrip("\n")

    def close(self) -> int:
        """End the process; return how it ended."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.communicate()
        return process.returncode


def _ended(status: int) -> str:
    if status == -signal.SIGALRM:
        return "took more than its time"
    return f"the reader ended by {signal.Signals(-status).name if status < 0 else status}"


def run(count: int, seed: int, only: str = "") -> Iterator[tuple[int, str, bytes, str]]:
    """Yield the number, the name, the bytes and the answer of damaged files, each batch of a process of its own.

    ``only`` is the one format of which files are wanted.
    """
    names = list(files())
    endless = (number for number in itertools.count() if only in ("", format_of(names[number % len(names)])))
    numbers = list(itertools.islice(endless, count))
    for start in range(0, count, BATCH):
        reader = Reader()
        for number in numbers[start : start + BATCH]:
            name, data = damaged(seed, number)
            yield number, name, data, reader(data)
        reader.close()


def main() -> None:
    """Run as a program; the status is 1 where anything did harm."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None, help="by default a new one")
    parser.add_argument("--only", choices={format_of(name) for name in files()}, default="", help="a format")
    options = parser.parse_args()
    seed = random.randrange(1_000_000) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    counts: dict[str, Counter[str]] = {format_of(name): Counter() for name in files()}
    harm = 0
    for number, name, data, answer in run(options.count, seed, options.only):
        counts[format_of(name)][answer if answer in (ENHANCED, REFUSED) else "harm"] += 1
        if answer not in (ENHANCED, REFUSED):
            harm += 1
            SAVED.mkdir(parents=True, exist_ok=True)
            path = SAVED / f"{seed}-{number}"
            path.write_bytes(data)
            print(f"damaged({seed}, {number}), a {name}: {answer}; saved as {path}", flush=True)
        done = sum(each.total() for each in counts.values())
        if done % BATCH == 0:
            print(f"{time.strftime('%H:%M:%S')} {done} files", flush=True)
    for kind, each in counts.items():
        print(f"{kind:10} {each[ENHANCED]:6} enhanced {each[REFUSED]:6} refused {each['harm']:4} did harm")
    print(f"{options.count} files, {harm} did harm")
    sys.exit(bool(harm))


if __name__ == "__main__":
    main()
