"""One rule for all threads: OMP_NUM_THREADS, affinity, and a container's quota."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ppcn import cgroups, cores

THREADS = """
import os, threading, numpy, ppcn
def ticks():
    used = {}
    for task in os.listdir('/proc/self/task'):
        fields = open(f'/proc/self/task/{task}/stat').read().rsplit(')', 1)[1].split()
        used[task] = int(fields[11]) + int(fields[12])
    return used
model = ppcn.load_model('student.open')
image = numpy.random.default_rng(0).random((600, 1400, 3), numpy.float32)
model(image)
before = ticks()
for _ in range(6): model(image)
print(sum(now - before.get(task, 0) > 1 for task, now in ticks().items()))
"""


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch):
    """No variable from outside, and no quota that was read before."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    cores._quota.cache_clear()
    yield
    cores._quota.cache_clear()


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no affinity")
def test_those_that_this_process_may_use():
    keep = "import os; os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})"
    code = f"{keep}; from ppcn.cores import cores; print(cores())"
    environment = {key: value for key, value in os.environ.items() if key != "OMP_NUM_THREADS"}
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=environment)
    assert ran.stdout == b"1\n"


@pytest.mark.parametrize(("value", "count"), [("1", 1), ("4", 4), (" 3,2", 3), ("0", None), ("many", None), ("", None)])
def test_the_variable_of_openmp_counts(monkeypatch: pytest.MonkeyPatch, value: str, count: int | None):
    whole = cores.cores()
    monkeypatch.setenv("OMP_NUM_THREADS", value)
    assert cores.cores() == (count or whole)


@pytest.mark.parametrize(
    ("own", "around", "count"),
    [("max 100000", "max 100000", 8), ("150000 100000", "max 100000", 2), ("max 100000", "40000 100000", 1)],
)
def test_the_smallest_quota_of_a_container_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: str, around: str, count: int
):
    (tmp_path / "pod" / "one").mkdir(parents=True)
    (tmp_path / "pod" / "one" / "cpu.max").write_text(f"{own}\n")
    (tmp_path / "pod" / "cpu.max").write_text(f"{around}\n")
    (tmp_path / "own").write_text("0::/pod/one\n")
    monkeypatch.setattr(cgroups, "_ROOT", tmp_path)
    monkeypatch.setattr(cgroups, "_OWN", tmp_path / "own")
    monkeypatch.setattr(cores, "usable_processors", lambda: 8)
    assert [*cgroups.groups("cpu")] == [tmp_path / "pod" / "one", tmp_path / "pod", tmp_path]
    assert cores.cores() == count


@pytest.mark.parametrize(
    ("own", "around", "count"), [(None, -1, 8), (-1, -1, 8), (150_000, -1, 2), (-1, 40_000, 1), (None, 250_000, 3)]
)
def test_so_it_does_in_version_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, own: int | None, around: int, count: int
):
    """Beside version 2, which limits nothing; without folders of its own where a container sees its group as root."""
    hierarchy = tmp_path / "cpu"
    for folder, quota in ((hierarchy / "docker" / "1:a", own), (hierarchy, around)):
        if quota is not None:
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "cpu.cfs_quota_us").write_text(f"{quota}\n")
            (folder / "cpu.cfs_period_us").write_text("100000\n")
    (tmp_path / "own").write_text("5:cpuacct,cpu:/docker/1:a\n4:memory:/docker\n1:name=systemd:/init\n0::/init\n")
    monkeypatch.setattr(cgroups, "_ROOT", tmp_path)
    monkeypatch.setattr(cgroups, "_OWN", tmp_path / "own")
    monkeypatch.setattr(cores, "usable_processors", lambda: 8)
    of_version_1 = [hierarchy / "docker" / "1:a", hierarchy / "docker", hierarchy]
    assert [*cgroups.groups("cpu")] == [*of_version_1, tmp_path / "init", tmp_path]
    assert cores.cores() == count


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="only Linux tells each thread's time")
@pytest.mark.parametrize("kernel", ["", "off"])
def test_one_thread_works_where_one_is_allowed(kernel: str):
    environment = os.environ | {"OMP_NUM_THREADS": "1", "VIPS_CONCURRENCY": "1", "PPCN_KERNEL": kernel}
    ran = subprocess.run([sys.executable, "-c", THREADS], check=True, capture_output=True, text=True, env=environment)
    assert ran.stdout == "1\n"


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system binds no process to processors")
def test_processors_that_are_given_back_count_again():
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {min(before)})
        assert cores.cores() == 1
    finally:
        os.sched_setaffinity(0, before)
    assert cores.cores() == min(len(before), cores._quota())
