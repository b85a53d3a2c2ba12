import os
import subprocess
import sys
from pathlib import Path

import pytest

from ppcn import cgroups, load_model
from ppcn.runtime.operations import memory

UNLIMITED = 9223372036854771712  # bytes: what version 1 of control groups says


@pytest.mark.parametrize(("limit", "used", "free"), [("1000", "700", 500), ("max", "700", None), ("600", "900", 0)])
def test_a_container_leaves_less_than_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, used: str, free: int | None
):
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text(used)
    (tmp_path / "memory.stat").write_text("anon 500\ninactive_file 200\n")
    monkeypatch.setattr(memory, "groups", lambda _: [tmp_path])
    whole = memory._of_machine()
    assert whole > 1 << 20
    assert memory._of_container() == (sys.maxsize if free is None else free)


@pytest.mark.parametrize(("own", "around", "free"), [(1000, UNLIMITED, 500), (UNLIMITED, 900, 400), (600, 300, 0)])
def test_so_it_does_in_version_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: int, around: int, free: int):
    hierarchy = tmp_path / "memory"
    for folder, limit in ((hierarchy / "pod" / "one", own), (hierarchy / "pod", around)):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "memory.limit_in_bytes").write_text(f"{limit}\n")
        (folder / "memory.usage_in_bytes").write_text("700\n")
        (folder / "memory.stat").write_text("inactive_file 50\ntotal_inactive_file 200\n")
    (tmp_path / "own").write_text("4:memory:/pod/one\n1:cpu,cpuacct:/\n")
    monkeypatch.setattr(cgroups, "_ROOT", tmp_path)
    monkeypatch.setattr(cgroups, "_OWN", tmp_path / "own")
    assert memory._of_container() == free


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


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells what a process has taken")
def test_threads_that_do_not_run_yet_are_counted(monkeypatch: pytest.MonkeyPatch):
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (1 << 44, 1 << 44))
    free = []
    for count in (1, 1000, 1100):
        monkeypatch.setattr(memory, "cores", lambda count=count: count)
        free.append(memory._of_process())
    assert free[1] - free[2] == pytest.approx(100 * memory.THREADS * memory.STACK, rel=0.01)
    assert free[0] < (1 << 44) - memory.FIXED
