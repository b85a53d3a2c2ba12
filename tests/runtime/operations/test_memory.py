import sys
import threading
import time
from pathlib import Path

import pytest

from ppcn.images.unreadable import Unreadable
from ppcn.runtime.engine.engine import load
from ppcn.runtime.operations import memory
from ppcn.runtime.operations.memory import Room


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Room:
    """A room of 100 bytes."""
    monkeypatch.setattr(memory, "available", lambda: 100)
    return Room()


def test_what_does_not_fit_beside_others_waits_for_them(room: Room):
    inside, most, lock = 0, 0, threading.Lock()

    def visit(size: int) -> None:
        nonlocal inside, most
        room.enter(size)
        with lock:
            inside += size
            most = max(most, inside)
        time.sleep(0.001)
        with lock:
            inside -= size
        room.leave(size)

    threads = [threading.Thread(target=visit, args=(10 + number % 7 * 15,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert inside == 0
    assert 50 < most <= 100


def test_what_never_fits_is_refused_once_it_is_alone(room: Room):
    room.enter(60)
    refused = []

    def visit() -> None:
        try:
            room.enter(101)
        except Unreadable as error:
            refused.append(str(error))

    thread = threading.Thread(target=visit)
    thread.start()
    time.sleep(0.05)
    assert not refused
    room.leave(60)
    thread.join(20)
    assert "close other programs" in refused[0]
    room.enter(100)  # the refused one took nothing


@pytest.mark.parametrize(("limit", "used", "free"), [("1000", "700", 500), ("max", "700", None), ("600", "900", 0)])
def test_a_container_leaves_less_than_the_machine_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, used: str, free: int | None
):
    (tmp_path / "memory.max").write_text(limit)
    (tmp_path / "memory.current").write_text(used)
    (tmp_path / "memory.stat").write_text("anon 500\ninactive_file 200\n")
    monkeypatch.setattr(memory, "_CGROUPS", tmp_path)
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
    assert memory.needed(12000, 9000, 3, halo=load("student.open").halo) < 1.6e9
