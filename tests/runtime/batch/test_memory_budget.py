"""A memory budget lets in as many photos as fit."""

import threading
import time

import pytest

from ppcn.images.unreadable import Unreadable
from ppcn.runtime.batch.memory_budget import MemoryBudget
from ppcn.runtime.operations import memory


@pytest.fixture
def budget(monkeypatch: pytest.MonkeyPatch) -> MemoryBudget:
    """A budget of 100 bytes."""
    monkeypatch.setattr(memory, "available", lambda: 100)
    return MemoryBudget()


def test_what_does_not_fit_beside_others_waits_for_them(budget: MemoryBudget):
    inside, most, lock = 0, 0, threading.Lock()

    def visit(size: int) -> None:
        nonlocal inside, most
        budget.take(size)
        with lock:
            inside += size
            most = max(most, inside)
        time.sleep(0.001)
        with lock:
            inside -= size
        budget.give_back(size)

    threads = [threading.Thread(target=visit, args=(10 + number % 7 * 15,)) for number in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert inside == 0
    assert 50 < most <= 100


def test_what_never_fits_is_refused_once_it_is_alone(budget: MemoryBudget):
    budget.take(60)
    refused = []

    def visit() -> None:
        try:
            budget.take(101)
        except Unreadable as error:
            refused.append(str(error))

    thread = threading.Thread(target=visit)
    thread.start()
    time.sleep(0.05)
    assert not refused
    budget.give_back(60)
    thread.join(20)
    assert "close other programs" in refused[0]
    budget.take(100)  # the refused one took nothing
