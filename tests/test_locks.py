import os
import signal
import threading

import pytest

from ppcn.locks import ForkSafeLock


def test_one_thread_at_a_time():
    lock, inside, most = ForkSafeLock(), [], []

    def visit() -> None:
        for _ in range(200):
            with lock.held():
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=visit) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 800
    assert max(most) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_fork_while_another_thread_holds_the_lock_can_take_it():
    lock, taken, leave = ForkSafeLock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock.held():
            taken.set()
            leave.wait()

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(20)  # which kills the child
        with lock.held():
            os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    leave.set()
    holder.join()
