"""The kernel's own files of networks: what it makes of them is what the engine makes of the ONNX files."""

import numpy as np
import pytest

from ppcn import load_model, registry
from ppcn.runtime.backends.network_file import network_file
from ppcn.runtime.engine.engine import StagedEngine

native = pytest.importorskip("ppcn_native", reason="the kernel was not built: it needs GCC or Clang")

NETWORKS = [card.name for card in registry.cards()]
STRIPS = 300  # rows, more than one strip


def run(file: bytes, picture: np.ndarray, memory: int = 1 << 30, threads: int = 2) -> np.ndarray:
    """What the kernel makes of a picture, HxWx3 in [0, 1]."""
    network = native.Network(file)
    height, width, _ = picture.shape
    result = np.full((height * network.scale, width * network.scale, 3), np.nan, np.float32)
    sweeps = native.Sweeps(network, height, width, memory, threads)
    while sweeps.next():
        (top, bottom), made = sweeps.reads, slice(*sweeps.makes)
        sweeps.compute(picture[top:bottom].transpose(2, 0, 1), result[made].transpose(2, 0, 1))
    assert sweeps.done == 1
    return result


def model(name: str) -> bytes:
    return registry.find(name).onnx()


@pytest.fixture(scope="module")
def picture() -> np.ndarray:
    rng = np.random.default_rng(5)
    smooth = np.add.outer(np.linspace(0, 0.6, STRIPS), np.linspace(0, 0.2, 37))[..., None]
    return (smooth + rng.uniform(0, 0.2, (STRIPS, 37, 3))).astype(np.float32)


@pytest.mark.parametrize("name", NETWORKS)
def test_the_result_is_that_of_the_engine(name: str, picture: np.ndarray):
    engine = load_model(name)
    assert isinstance(engine, StagedEngine)
    picture = picture if engine.scale == 1 else picture[:, :20]
    expected = engine(picture)
    found = run(network_file(model(name), 0), picture)
    # NumPy sums what follows from a thumbnail in another order.
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-5)
    assert np.abs(run(network_file(model(name), 0, halves=True), picture) - expected).max() < 1 / 255


@pytest.mark.parametrize("name", ["student.open", "enhancer.open", "safmn.open"])
def test_neither_memory_nor_threads_matter(name: str, picture: np.ndarray):
    picture = picture[:, :20]
    file = network_file(model(name), 0)
    expected = run(file, picture, threads=1)
    for memory in (0, 200_000, 1 << 30):
        np.testing.assert_array_equal(run(file, picture, memory, threads=3), expected)


def test_a_picture_smaller_than_a_thumbnail():
    picture = np.full((1, 2, 3), 0.25, np.float32)
    for name in ("student.open", "enhancer.open"):
        np.testing.assert_allclose(run(network_file(model(name), 0), picture), load_model(name)(picture), atol=2e-5)


def test_the_border_is_in_the_file():
    assert native.Network(network_file(model("student.open"), 16)).border == 16


def test_a_damaged_file_is_refused():
    file = network_file(model("enhancer.open"), 16)
    rng = np.random.default_rng(0)
    for cut in (0, 3, 40, len(file) // 2, len(file) - 4):
        with pytest.raises(ValueError, match="file"):
            native.Network(file[:cut])
    with pytest.raises(ValueError, match="newer"):
        native.Network(file[:4] + b"\2" + file[5:])
    refused = 0
    for place in rng.integers(0, 4000, 200):  # any answer will do, but a crash
        changed = bytearray(file)
        changed[place] ^= 1 << rng.integers(8)
        try:
            run(bytes(changed), np.zeros((4, 4, 3), np.float32))
        except ValueError:
            refused += 1
    assert refused


def test_statistics_are_those_of_large_photos():
    """A photo of which every value counts: the mean of a ramp over several strips."""
    ramp = np.repeat(np.linspace(0, 1, 1000, dtype=np.float32)[:, None, None], 3, 2)
    np.testing.assert_allclose(
        run(network_file(model("student.open"), 0), ramp, memory=0), load_model("student.open")(ramp), atol=1e-6
    )
