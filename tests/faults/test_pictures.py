"""Pictures made to do harm, of odd shapes, and too large for the memory."""

import io
import resource
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from builders import png
from PIL import Image
from scenes import Scene, picture

from ppcn.runtime.operations import memory

HEICS = Path(__file__).parents[1] / "images" / "data"


def tiff_of_overlapping_tags() -> bytes:
    """Return a TIFF file of 5 MB whose tags, copied one by one, would take 130 GB."""
    plain = io.BytesIO()
    Image.fromarray(np.zeros((8, 8, 3), np.uint8)).save(plain, "TIFF")
    data = plain.getvalue() + bytes(len(plain.getvalue()) % 2)
    start = struct.unpack_from("<I", data, 4)[0]
    own = data[start + 2 : start + 2 + 12 * struct.unpack_from("<H", data, start)[0]]
    size, count = 2_000_000, 65_000
    inner = len(data) + 2 + len(own) + 12 + 4
    first = struct.pack("<H", len(own) // 12 + 1) + own + struct.pack("<HHIII", 0x8769, 4, 1, inner, 0)
    entries = b"".join(struct.pack("<HHII", tag, 7, size, 8) for tag in range(count))
    second = struct.pack("<H", count) + entries + struct.pack("<I", 0)
    return data[:4] + struct.pack("<I", len(data)) + data[8:] + first + second + bytes(size)


def png_with(key: bytes, content: bytes) -> bytes:
    """Return a small PNG file with one chunk more."""
    return png(8, 8, 8, 2, bytes(8 * 25), (key, content))


def test_bombs(scene: Scene):
    """Small files that would take hours or all the memory: each is refused, or enhanced at once."""
    scene.add("side.png", png(100_000, 100_000, 8, 2, bytes(1000)))
    scene.add("side.gif", b"GIF89a" + struct.pack("<HHBBB", 65535, 65535, 0, 0, 0) + b"," + bytes(9))
    scene.add("tags.tiff", tiff_of_overlapping_tags())
    scene.add("unclosed.png", png_with(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + b"<Container:Directory " * 200_000))
    ran = scene.run("--report", "report.json")
    ran.says("side.png has 100000x100000 pixels", "side.gif", status=1, sentences=2)
    assert scene.names() == ["tags.tiff", "unclosed.png"]


@pytest.mark.parametrize("size", [(1, 1), (1, 700), (700, 1)], ids=str)
def test_odd_shapes(scene: Scene, size: tuple[int, int]):
    for kind in ("png", "jpeg", "webp", "tiff", "avif", "gif"):
        scene.add(f"a.{kind}", picture(0, size, kind.upper()))
    assert scene.run().status == 0
    for name in scene.names():
        assert Image.open(scene.results / name).size == size, name
    assert len(scene.names()) == 6


def test_too_little_memory_for_a_photo(scene: Scene, run: Callable, monkeypatch: pytest.MonkeyPatch):
    photo = scene.add("a.png", picture(0, (1000, 800)))
    monkeypatch.setattr(memory, "available", lambda: 50_000_000)
    ran = run("enhance", photo, "-o", scene.results / "a.png")
    ran.refused("a.png needs about 0.2 GB of memory, and 0.1 GB are free; close other programs")
    assert not scene.names()


def test_too_little_memory_for_one_photo_of_a_folder(scene: Scene, run: Callable, monkeypatch: pytest.MonkeyPatch):
    for number, side in enumerate((300, 3000, 300)):
        scene.add(f"{number}.png", picture(0, (side, 300)))
    monkeypatch.setattr(memory, "available", lambda: 50_000_000)
    ran = run("enhance", scene.photos, "-o", scene.results)
    assert ran.status == 1
    assert ran.err.count("ppcn: ") == 1
    assert "1.png needs about 0.3 GB of memory" in ran.err
    assert scene.names() == ["0.png", "2.png"]


def test_memory_that_runs_out_in_the_middle(scene: Scene):
    """Where ``ulimit -v`` forbids what the machine would have."""
    limit = 700_000
    photo = io.BytesIO()
    Image.new("L", (8000, 6000), 90).save(photo, "PNG")
    scene.add("a.png", photo.getvalue())
    ran = scene.run(preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit << 10, limit << 10)))
    ran.says("memory", "close other programs", status=2)
