"""Files that were damaged at random, by a seed: none may crash, hang, or raise anything but a sentence.

``make test-nightly`` runs more of them. ``damaged(SEED, NUMBER)`` of a failure's message makes the file again.
"""

import os
from collections import Counter
from collections.abc import Iterator

import pytest
from fuzz import ENHANCED, REFUSED, Reader, damaged, files, run
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

COUNT, SEED = int(os.environ.get("PPCN_FUZZ", "300")), 0


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader()
    yield reader
    reader.close()


def test_damaged_files_are_enhanced_or_refused():
    counts: Counter[str] = Counter()
    for number, name, _, answer in run(COUNT, SEED):
        clean = answer in (ENHANCED, REFUSED)
        counts[answer if clean else f"damaged({SEED}, {number}), a {name}: {answer}"] += 1
    assert set(counts) == {ENHANCED, REFUSED}
    assert counts[REFUSED] > COUNT / 4
    assert counts[ENHANCED] > COUNT / 8


def test_the_same_number_is_the_same_file():
    assert damaged(3, 5) == damaged(3, 5) != damaged(4, 5)
    assert [number for number, *_ in run(2, SEED, "GIF")] == [
        number for number, name in enumerate(files()) if name.startswith("GIF")
    ][:2]


def test_what_ends_the_reader_is_told():
    """And what does no harm is still read afterwards."""
    reader = Reader()
    assert reader(files()["PNG"]) == ENHANCED
    assert reader._process
    reader._process.kill()
    assert "SIGKILL" in reader(files()["PNG"])
    assert reader(files()["PNG"]) == ENHANCED
    assert [reader(data) for data in (b"no picture", b"")] == [REFUSED, REFUSED]
    assert reader.close() == 0


@settings(max_examples=max(COUNT // 5, 1), suppress_health_check=[HealthCheck.too_slow])
@given(
    name=st.sampled_from(sorted(files())),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 7)), max_size=8),
    kept=st.floats(0, 1),
)
def test_files_that_are_cut_short_and_have_bits_flipped(
    reader: Reader, name: str, flips: list[tuple[float, int]], kept: float
):
    """The same by Hypothesis, which finds the smallest damage that does harm."""
    data = bytearray(files()[name])
    for place, bit in flips:
        data[int(place * len(data))] ^= 1 << bit
    assert reader(bytes(data[: round(kept * len(data))])) in (ENHANCED, REFUSED)
