import os
import subprocess
import sys

import pytest

from ppcn.cores import cores


def test_cores_are_those_that_this_process_may_use():
    assert 1 <= cores() <= (os.cpu_count() or 1)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="the system cannot keep a process to some cores")
def test_a_process_kept_to_one_core_has_one():
    keep = "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); "
    code = keep + "from ppcn.cores import cores; print(cores())"
    assert subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout == "1\n"
