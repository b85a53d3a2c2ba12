import os
import subprocess
import sys
from pathlib import Path

import pytest

from ppcn import load_model
from ppcn.runtime.operations import memory


@pytest.mark.parametrize(("limit", "used", "free"), [("1000", "700", 500), ("max", "700", None), ("600", "900", 0)])
def test_a_container_leaves_less_than_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, used: str, free: int | None
):
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text(used)
    (tmp_path / "memory.stat").write_text("anon 500\ninactive_file 200\n")
    monkeypatch.setattr(memory, "groups", lambda: [tmp_path])
    whole = memory._of_machine()
    assert whole > 1 << 20
    assert memory._of_container() == (sys.maxsize if free is None else free)


def test_needs_grow_with_the_photo():
    assert memory.needed(100, 200, 3) == 100 * 200 * (3 * 3 + memory.MAPS + memory.STRIP)
    large, huge = (memory.needed(20_000, height, 3) for height in (20_000, 30_000))
    assert huge - large == 200e6 * 3 * 3  # maps that would take too much are not kept, and strips are what they were
    more = memory.needed(100, 200, 8, scale=4) - memory.needed(100, 200, 8)
    assert more == 15 * 100 * 200 * (8 * 2 + memory.STRIP)
    assert memory.needed(1000, 1000, 3, halo=10) - memory.needed(1000, 1000, 3) == 2 * 10 * 1000 * memory.STRIP


def test_large_photos_are_let_in():
    """It takes 0.9 GB: benchmarks/large_photos.py."""
    assert memory.needed(12000, 9000, 3, halo=load_model("student.open").halo) < 1.6e9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no such limits")
@pytest.mark.parametrize("name", ["RLIMIT_AS", "RLIMIT_DATA"])
def test_the_limits_of_the_process_count(name: str):
    code = f"""
import resource
from ppcn.runtime.operations import memory
memory.available()
limit = 2_000_000_000
resource.setrlimit(resource.{name}, (limit, limit))
free = memory.available()
assert 500_000_000 < free < limit, free
held = bytearray(300_000_000)
assert memory.available() < free - 250_000_000, (free, memory.available())
"""
    subprocess.run([sys.executable, "-c", code], check=True)
