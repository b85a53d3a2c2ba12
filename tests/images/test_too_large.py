"""A result that is too large, for its format or for the memory, is refused before it is computed."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

import ppcn
from ppcn.errors import OutputError
from ppcn.images.formats import SUFFIXES, WRITABLE
from ppcn.images.photo import Photo
from ppcn.outputs import Output
from ppcn.runtime.engine.strips import Progress
from ppcn.runtime.operations.pipeline import Pipeline
from ppcn.runtime.operations.process import Options, process, process_file, to_bytes

THREADS = 64 << 20
LIMITED = {name: format.largest_side for name, format in WRITABLE.items() if format.largest_side}


class Larger(Pipeline):
    """Four times larger: what must not begin."""

    @property
    def scale(self) -> int:
        return 4

    def __call__(self, photo: Photo, progress: Progress | None = None) -> Photo:
        raise AssertionError(f"computed {photo.width} pixels, {progress}")


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("format", LIMITED)
def test_it_is_refused_from_files_and_streams(format: str, turned: bool, tmp_path: Path, run: Callable):
    side, suffix = LIMITED[format] // 4 + 1, WRITABLE[format].suffixes[0]
    size = (1, side) if turned else (side, 1)
    photo = tmp_path / "photo.png"
    Image.new("RGB", size).save(photo)
    pixels = f"{4 * size[0]}x{4 * size[1]}"
    sentence = f"A picture of {pixels} pixels is too large for {format}, whose sides end at {LIMITED[format]}; choose "
    with pytest.raises(OutputError, match=f"photo.png: {sentence}"):
        process_file(Output(photo, tmp_path / f"a{suffix}"), Larger(), Options())
    with pytest.raises(OutputError, match=f"The given data: {sentence}"):
        process(photo.read_bytes(), Larger(), to_bytes(format, Options()))
    with pytest.raises(OutputError, match=f"photo.png: {sentence}"):
        ppcn.upscale(photo, scale=4, format=suffix[1:])
    run("upscale", photo, "--format", suffix[1:], "-o", "-").refused(sentence)
    assert [path.name for path in tmp_path.iterdir()] == ["photo.png"]


def test_the_format_is_the_one_that_a_photo_gets(tmp_path: Path):
    """Its own, or PNG, which has no limit, where a photo that is only read has alpha."""
    photo = tmp_path / "photo.webp"
    Image.new("RGB", (8192, 1)).save(photo)
    with pytest.raises(OutputError, match="too large for webp"):
        process(photo, Larger(), to_bytes(None, Options()))
    for colour, format in (((9, 9, 9, 0), "png"), ((9, 9, 9, 255), "jpeg")):
        read_only = tmp_path / "photo.gif"
        Image.new("RGBA", (16384, 1), colour).save(read_only)
        output = Output(read_only, tmp_path / "a.jpg", tmp_path / "a.png")
        assert SUFFIXES[".gif"].save is None
        expected = AssertionError if format == "png" else OutputError
        with pytest.raises(expected, match=r"computed|too large for jpeg"):
            process_file(output, Larger(), Options())


def test_the_largest_one_is_written(tmp_path: Path):
    photo = tmp_path / "photo.png"
    for format, side in LIMITED.items():
        Image.new("RGB", (side, 1)).save(photo)
        target = tmp_path / f"a{WRITABLE[format].suffixes[0]}"
        assert process_file(Output(photo, target), Pipeline(), Options()).path == target
        with Image.open(target) as image:
            assert image.size == (side, 1)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("format", ["jpeg", "webp", "avif", "jxl"])
def test_memory_is_asked_for_what_encoding_takes(format: str, alpha: bool, tmp_path: Path):
    """Of files and of data, whose result has the format that is asked for, or their own."""
    photo, target = tmp_path / "photo.png", tmp_path / f"a{WRITABLE[format].suffixes[0]}"
    Image.new("RGBA" if alpha else "RGB", (40, 30), (9, 9, 9)).save(photo)
    depth, asked = 3 + alpha, []
    needed = Larger().memory_needed(40, 30, depth)
    wanted = max(needed, 16 * 40 * 30 * (depth + WRITABLE[format].encoding))
    assert (wanted > needed) == (format != "jpeg")
    with pytest.raises(AssertionError, match="computed"):
        process_file(Output(photo, target), Larger(), Options(), None, asked.append)
    for choice in (format, None):
        with pytest.raises(AssertionError, match="computed"):
            process(photo, Larger(), to_bytes(choice, Options()), admit=asked.append)
    assert asked == [wanted, wanted, needed]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "channels"), [("u1", 3), ("u1", 4), ("u2", 3), ("u2", 4)])
@pytest.mark.parametrize("format", WRITABLE)
def test_encoding_takes_no_more_than_its_format_says(format: str, kind: str, channels: int):
    """In a process of its own, beside what threads take whatever the size; little is within the engine's share."""
    code = f"""
import resource
import numpy as np
from ppcn.images.photo import Photo
from ppcn.images.write import encode

def taken():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10

noise = np.random.default_rng(0).integers(0, 256, (200, 200, {channels}), dtype="u1")
encode(Photo(noise, alpha={channels == 4}), {format!r})
pixels = noise.repeat(8, 0).repeat(8, 1).astype({kind!r}) * (257 if {kind!r} == "u2" else 1)
before = taken()
encode(Photo(pixels, alpha={channels == 4}), {format!r})
print(taken() - before)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(ran.stdout) < 1600 * 1600 * max(WRITABLE[format].encoding, 32) + THREADS
