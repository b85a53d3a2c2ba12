"""The compiled kernel where memory is short: the caller gets a MemoryError, and the process goes on as before."""

import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest

from ppcn.runtime.backends import kernel
from ppcn.runtime.lowering.program import Program

pytestmark = [
    pytest.mark.skipif(not kernel.instruction_sets(), reason="the kernel was not built: it needs GCC or Clang"),
    pytest.mark.skipif(sys.platform != "linux", reason="the limit on the address space needs Linux"),
]

# Runs a program on three threads, in a forked process for each limit on further memory (MiB). Prints what came of it:
# "result" or "MemoryError", and then "same" if it gives the right result once the limit is lifted.
SCRIPT = """
import os, resource, sys
import numpy as np
import ppcn_native
from ppcn.runtime.lowering.program import Program

SIDE = 256
random = np.random.default_rng(0)
program = Program([3])
value = 0
for inputs, outputs in [(3, 32), (32, 32), (32, 32), (32, 3)]:
    weights = random.standard_normal((outputs, inputs, 3, 3), np.float32) / 17
    value = program.convolution(value, weights, np.zeros(outputs, np.float32), 1, 1, 1, 1, False, "leaky", 0.1)
executor = ppcn_native.Executor(program.data([value]))
picture = random.random((3, SIDE, SIDE), np.float32)

def run(threads):
    result = np.empty_like(picture)
    executor.run([picture], top=0, rows=(0, SIDE), outputs=[result], affine=[], summed=-1, threads=threads)
    return result

expected = run(1)

def limited(mebibytes):
    pages = int(open("/proc/self/statm").read().split()[0])
    limit = pages * resource.getpagesize() + int(mebibytes * 2**20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, resource.RLIM_INFINITY))
    try:
        found = "result" if np.array_equal(run(3), expected) else "another result"
    except MemoryError:
        found = "MemoryError"
    resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return found + (", same" if np.array_equal(run(3), expected) else ", differs")

for mebibytes in map(float, sys.argv[1:]):
    child = os.fork()
    if not child:
        try:
            print(limited(mebibytes), flush=True)
        finally:
            os._exit(0)
    if status := os.waitpid(child, 0)[1]:
        print("ended with", os.waitstatus_to_exitcode(status), flush=True)
"""


def test_short_memory_is_a_memory_error_and_nothing_else():
    limits = [*np.arange(0, 40, 0.25), 1000]  # in steps finer than what a thread allocates when it starts
    found = subprocess.run(
        [sys.executable, "-c", SCRIPT, *map(str, limits)], capture_output=True, text=True, timeout=300, check=True
    ).stdout.splitlines()
    assert len(found) == len(limits)
    assert found[0] == "MemoryError, same"
    assert found[-1] == "result, same"
    assert set(found) == {"MemoryError, same", "result, same"}


def executor_of(program: Program, outputs: Sequence[int] = ()):
    return pytest.importorskip("ppcn_native").Executor(program.data(outputs))


def convolution(**changes: int) -> None:
    sizes = {"stride": 1, "dilation": 1, "top": 1, "left": 1, "outputs": 4, "side": 3} | changes
    outputs, side = sizes.pop("outputs"), sizes.pop("side")
    weights, bias = np.zeros((outputs, 3, side, side), np.float32), np.zeros(outputs, np.float32)
    program = Program([3])
    program.convolution(0, weights, bias, mirrored=False, function="leaky", slope=1, **sizes)
    executor_of(program)


@pytest.mark.parametrize(
    "changes",
    [{"stride": 0}, {"stride": -1}, {"dilation": 2**30}, {"top": 2**30}, {"outputs": 0}, {"side": 0}],
    ids=str,
)
def test_a_convolution_that_no_network_has_is_refused(changes: dict[str, int]):
    convolution()
    with pytest.raises(ValueError, match="out of range"):
        convolution(**changes)


def test_more_channels_than_an_int_holds_are_refused():
    program = Program([3])
    for value in range(40):
        program.concatenate([value, value])
    with pytest.raises(ValueError, match="too many"):
        executor_of(program)
    program = Program([3])
    program.pixel_shuffle(0, 2**16)
    with pytest.raises(ValueError, match="factor"):
        executor_of(program)


def test_an_output_of_another_type_and_no_threads_are_refused():
    program = Program([3])
    executor, picture = executor_of(program, [program.concatenate([0])]), np.ones((3, 4, 5), np.float32)
    rest = {"top": 0, "rows": (0, 4), "affine": [], "summed": -1}
    with pytest.raises(TypeError):  # a copy would be filled
        executor.run([picture], outputs=[np.empty_like(picture, np.float64)], threads=1, **rest)
    with pytest.raises(ValueError, match="at least one thread"):
        executor.run([picture], outputs=[np.empty_like(picture)], threads=0, **rest)
    result = np.empty_like(picture)
    executor.run([picture], outputs=[result], threads=1, **rest)
    assert np.array_equal(result, picture)
