"""Strips against the whole network in float64, and against themselves in every other way of running them."""

import random
from dataclasses import dataclass
from itertools import product

import numpy as np
import onnx
import onnxruntime as ort
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ppcn import registry
from ppcn.exporting.onnx import to_onnx
from ppcn.networks import NETWORKS
from ppcn.networks.stages import StagedNetwork
from ppcn.networks.weights_file import load
from ppcn.runtime.backends import kernel, onnx_runtime
from ppcn.runtime.backends.loader import read_stages
from ppcn.runtime.engine import strips
from ppcn.runtime.engine.row_sources import ArrayRows
from ppcn.runtime.engine.stage import Stage

THREADS = (1, 2, 3)
LOTS = 1 << 40
MORE = ["srcnn", "fsrcnn", "vdsr", "resnet-12-64", "resnet-8-32", "resnet-6-16"]
NAMES = [
    "student.open",
    "teacher.open",
    "super-resolution",
    "upscaler",
    "safmn.open",
    *(pytest.param(n, marks=pytest.mark.slow) for n in MORE),
]


@dataclass
class Subject:
    """A network, in float64, and its stages for each number of threads."""

    exact: StagedNetwork
    stages: dict[int, list[Stage]]


def subject(network: StagedNetwork, model: bytes, runtime: str) -> Subject:
    metadata = {entry.key: entry.value for entry in onnx.load_from_string(model).metadata_props}
    ready: dict[int, list[Stage]] = {}
    for threads in THREADS:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(onnx_runtime, "open_session", lambda graph, *_, how=options: ort.InferenceSession(graph, how))
            patch.setenv(kernel.SWITCH, runtime)
            ready[threads] = [*read_stages(metadata["ppcn.stages"], model, "", "cpu")]
    return Subject(network.double().eval(), ready)


@pytest.fixture(scope="module", params=["kernel", "ONNX Runtime"])
def runtime(request: pytest.FixtureRequest) -> str:
    """What ``PPCN_KERNEL`` has to be for that runtime."""
    if request.param == "ONNX Runtime":
        return "off"
    if not kernel.instruction_sets():
        pytest.skip("the kernel was not built: it needs GCC or Clang")
    return kernel.instruction_sets()[0]


@pytest.fixture(scope="module", params=NAMES)
def network(request: pytest.FixtureRequest, runtime: str) -> Subject:
    if "." in request.param:
        card = registry.find(request.param)
        return subject(load(card.safetensors()), card.onnx(), runtime)
    torch.manual_seed(0)  # these have random weights
    module = NETWORKS[request.param]()
    return subject(module, to_onnx(module), runtime)


def picture(height: int, width: int, seed: int) -> np.ndarray:
    """Return gradients, an edge and noise, HxWx3."""
    rng = np.random.default_rng(seed)
    down, across = np.linspace(0, 1, height)[:, None], np.linspace(0, 1, width)[None]
    planes = np.stack([down * across, (across > 0.5) * down, 1 - across + 0 * down], -1)
    return np.clip(planes + 0.1 * rng.standard_normal(planes.shape), 0, 1).astype(np.float32)


def assembled(stages: list[Stage], image: np.ndarray, memory: int) -> np.ndarray:
    """Return what the strips make together, HxWx3, having checked that they cover it once."""
    scale = stages[-1].spec.scale
    whole = np.full((image.shape[0] * scale, image.shape[1] * scale, 3), np.nan, np.float32)
    unfilled = np.ones(len(whole), bool)
    for rows, _ in strips.run(stages, ArrayRows(image), ArrayRows(whole).read, memory=memory):
        assert unfilled[rows].all()
        unfilled[rows] = False
    assert not unfilled.any()
    return whole


def shuffled(rows: list[slice], seed: int) -> list[slice]:
    return random.Random(seed).sample(rows, k=len(rows))


@settings(max_examples=20)
@given(
    height=st.integers(1, 150),
    width=st.integers(1, 60),
    rows=st.integers(1, 60),
    share=st.floats(0, 1.5),
    threads=st.sampled_from(THREADS),
    seed=st.integers(0, 99),
)
def test_strips_are_the_whole_network(
    network: Subject, height: int, width: int, rows: int, share: float, threads: int, seed: int
):
    image = picture(height, width, seed)
    with torch.no_grad():
        exact = (
            network.exact(torch.from_numpy(image).double().permute(2, 0, 1)[None])[0]
            .permute(1, 2, 0)
            .clamp(0, 1)
            .numpy()
        )
    with pytest.MonkeyPatch.context() as patch:
        far = sum(stage.halo for stage in network.stages[1]) > 100  # lower strips would take minutes
        patch.setattr(strips, "STRIP_ROWS", max(rows, 16) if far else rows)
        found = assembled(network.stages[1], image, memory=0)
        np.testing.assert_allclose(found, exact, atol=1e-4)
        eight_bits = [np.rint(values * 255) for values in (found, exact)]
        assert np.abs(eight_bits[0] - eight_bits[1]).max() <= 1

        channels = sum(sum(stage.channels) for stage in network.stages[1])
        strips_of = strips.strips_of
        patch.setattr(kernel, "cores", lambda: threads)
        patch.setattr(strips, "strips_of", lambda *size: shuffled([*strips_of(*size)], seed))
        again = assembled(network.stages[threads], image, memory=int(4 * share * channels * height * width))
    assert np.array_equal(found, again)


def test_wide_pictures_have_lower_strips():
    for width, scale in product((1, 1000, 5000, 100_000), (1, 4)):
        covered = [*strips.strips_of(1000, width, scale)]
        assert [rows.start for rows in covered] == [0, *(rows.stop for rows in covered[:-1])]
        assert covered[-1].stop == 1000
        highest = max(rows.stop - rows.start for rows in covered)
        assert highest * width * scale <= strips.STRIP_PIXELS or highest == strips.LEAST_ROWS


def test_maps_are_kept_where_they_fit(network: Subject):
    class Watched:
        height, width, nbytes = 300, 40, 300 * 40 * 3

        def __init__(self) -> None:
            self.read_rows = 0

        def read(self, top: int, bottom: int) -> list[np.ndarray]:
            self.read_rows += bottom - top
            return [np.zeros((1, 3, bottom - top, 40), np.float32)]

    stages, reads = network.stages[1], []
    for memory in (LOTS, 0):
        watched = Watched()
        scale = stages[-1].spec.scale
        result = np.empty((watched.height * scale, watched.width * scale, 3), np.float32)
        for _ in strips.run(stages, watched, ArrayRows(result).read, memory=memory):
            pass
        reads.append(watched.read_rows / watched.height)
    sweeps_until_kept = 1 + next(number for number, stage in enumerate(stages) if stage.halo)
    assert sweeps_until_kept <= reads[0] < sweeps_until_kept + 0.5
    sweeps = 1 + sum(stage.spec.statistic is not None for stage in stages)
    assert sweeps <= reads[1] < sweeps + 2
