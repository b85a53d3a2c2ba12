"""Cases in processes of their own, in turn."""

import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ppcn.errors import ModelError
from ppcn.evaluation.timing.measure import FEWEST, MOST, due, measure
from ppcn.evaluation.timing.networks import TimedNetwork, find_network
from ppcn.evaluation.timing.worker import Case, Timing
from ppcn.runtime.backends.description import describe


def test_cases_are_timed_in_turn_and_failures_stand_in_their_place(capfd):
    network = find_network("student.open")
    pictures = list(np.random.default_rng(0).random((2, 24, 32, 3), np.float32))
    runtimes = ["ppcn", "litert", "no such runtime", "onnxruntime"]
    shares = []
    without_weights = TimedNetwork("student.open", network.onnx)
    cases = [Case(runtime, without_weights, pictures) for runtime in runtimes]
    results = measure(cases, 1, shares.append)
    for result in (results[0], results[3]):
        assert isinstance(result, Timing)
        assert FEWEST <= len(result.times) <= MOST
        assert 0 < min(result.times) <= result.median_ms <= max(result.times)
        assert result.peak_mb is None or result.peak_mb > 30
        assert np.abs(result.output - network.engine()(pictures[0])).max() < 1e-5
    computed_by = [result.computed_by for result in results if isinstance(result, Timing)]
    assert computed_by == [describe(network.engine().runtimes), "onnxruntime"]
    assert isinstance(results[1], ModelError)
    assert "LiteRT cannot run student.open" in str(results[1])
    assert isinstance(results[2], ModelError)
    assert "student.open in no such runtime ended in the middle" in str(results[2])
    assert shares[-1] == 1
    assert "KeyError" in capfd.readouterr().err  # the worker's own


def test_no_cases():
    assert measure([], 1) == []


@given(st.integers(0, 40), st.integers(0, 40))
def test_runs_are_spread_evenly(runs, more):
    rounds = runs + more
    numbers = [number for number in range(rounds) if due(number, rounds, runs)]
    assert len(numbers) == runs
    gaps = np.diff([-1, *numbers])
    assert all(gap <= -(-rounds // runs) for gap in gaps)


def test_peak_memory_is_of_the_process_itself():
    code = (
        "from ppcn.evaluation.timing.worker import peak_mb; before = peak_mb(); block = b'1' * 100_000_000; del block;"
        "print(0 if before is None else peak_mb() - before)"
    )
    large = np.ones(40_000_000)  # 320 MB of the parent, which the worker's figure must not know
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    del large
    assert float(ran.stdout) == 0 or 90 < float(ran.stdout) < 130
