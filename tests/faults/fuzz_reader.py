"""Enhance the pictures that come through standard input, and answer each with a line on standard output.

``.`` means enhanced, ``e`` refused with a sentence, and any other line is what was raised instead. A crash and a hang
end the process. Whole files come first, up to the mark ``LIMIT``: what they need is imported, and only then is memory
limited.
"""

import os
import resource
import signal
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path

import ppcn
from ppcn.errors import PpcnError
from ppcn.images.formats import result_format
from ppcn.images.photo import Photo
from ppcn.images.write import encode
from ppcn.runtime.engine.engine import Engine
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations.enhance import Enhance
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import process

SECONDS, MEMORY = 10, 1 << 30  # for each picture; bytes beyond what the process has without any
LIMIT = b"\xff" * 4  # in place of a length
SMALL = 500_000  # pixels: larger ones are read, but neither enhanced nor written, which takes a time of its own


@dataclass(frozen=True)
class EnhanceSmall:
    """Enhance pictures that are small."""

    engine: Engine
    scale = 1

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        return Enhance(self.engine)(photo, progress) if photo.width * photo.height <= SMALL else photo


def write_small(photo: Photo) -> None:
    """Write a picture, if it is small, in the format of its result."""
    if photo.width * photo.height <= SMALL:
        encode(photo, result_format(photo.format, photo.alpha).name)


def answer(data: bytes, pipeline: Pipeline) -> str:
    """Return what became of a picture, in a line."""
    try:
        process(data, pipeline, write_small)
    except PpcnError as error:
        sentence = str(error)
        plain = "\n" not in sentence and len(sentence) < 300 and sentence.endswith(".")
        return "e" if plain else f"no plain sentence: {sentence!r}"
    except Exception as error:
        *_, place = traceback.extract_tb(error.__traceback__)
        return f"{error!r} in {Path(place.filename).name}, line {place.lineno}".replace("\n", " ")
    return "."


def main() -> None:
    """Answer until the input ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    pipeline = Pipeline(EnhanceSmall(ppcn.load_model("student.open")))
    while size := sys.stdin.buffer.read(len(LIMIT)):
        if size == LIMIT:
            used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
            continue
        data = sys.stdin.buffer.read(int.from_bytes(size, "little"))
        signal.alarm(SECONDS)
        line = answer(data, pipeline)
        signal.alarm(0)
        print(line, file=answers, flush=True)


if __name__ == "__main__":
    main()
