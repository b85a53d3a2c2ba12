"""The compiled kernel against torch in float64, against ONNX Runtime, and against itself however it is run."""

import copy
import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
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
from ppcn.runtime.backends import kernel
from ppcn.runtime.backends.loader import make_engine
from ppcn.runtime.engine import strips
from ppcn.runtime.engine.engine import Engine, StagedEngine
from ppcn.runtime.lowering.program import Program

pytestmark = pytest.mark.skipif(not kernel.instruction_sets(), reason="the kernel was not built: it needs GCC or Clang")

SIZES = [(1, 1), (1, 9), (7, 1), (31, 33), (50, 197), (130, 24), (129, 241)]


class Subject:
    """A network in float64, its file, and an engine for each instruction set."""

    def __init__(self, network: StagedNetwork, model: bytes) -> None:
        self.model = model
        self.exact = copy.deepcopy(network).double().eval()
        self.engines: dict[str, StagedEngine] = {}
        for name in [*kernel.instruction_sets(), "off"]:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv(kernel.SWITCH, name)
                engine = make_engine(model, name)
                assert isinstance(engine, StagedEngine)
                self.engines[name] = engine

    def in_float64(self, image: np.ndarray) -> np.ndarray:
        with torch.no_grad():
            planes = self.exact(torch.from_numpy(image).double().permute(2, 0, 1)[None])
        return planes[0].permute(1, 2, 0).clamp(0, 1).numpy()


@pytest.fixture(
    scope="module",
    params=["student.open", "teacher.open", "super-resolution", "upscaler", "resnet-6-16", "safmn.open", "enhancer"],
)
def network(request: pytest.FixtureRequest) -> Subject:
    if "." in request.param:
        card = registry.find(request.param)
        return Subject(load(card.safetensors()), card.onnx())
    torch.manual_seed(0)  # these have random weights
    module = NETWORKS[request.param]()
    with torch.no_grad():
        for parameter in module.parameters():
            if not parameter.any():  # else the enhancer is the identity
                parameter.normal_(std=0.02)
    return Subject(module, to_onnx(module))


def picture(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return gradients, an edge and noise, HxWx3."""
    rng = np.random.default_rng(seed)
    down, across = np.linspace(0, 1, height)[:, None], np.linspace(0, 1, width)[None]
    planes = np.stack([down * across, (across > 0.5) * down, 1 - across + 0 * down], -1)
    return np.clip(planes + 0.1 * rng.standard_normal(planes.shape), 0, 1).astype(np.float32)


def test_the_kernel_runs_all_stages(network: Subject):
    for name in kernel.instruction_sets():
        assert set(network.engines[name].runtimes) == {f"kernel ({name})"}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("simd", [*kernel.instruction_sets(), "off"])
def test_agrees_with_torch_in_float64(network: Subject, size: tuple[int, int], simd: str):
    image = picture(*size)
    np.testing.assert_allclose(network.engines[simd](image), network.in_float64(image), atol=1e-5)


@settings(max_examples=25)
@given(height=st.integers(1, 300), width=st.integers(1, 120), seed=st.integers(0, 99))
def test_agrees_with_onnx_runtime(network: Subject, height: int, width: int, seed: int):
    image = picture(height, width, seed)
    np.testing.assert_allclose(
        network.engines[kernel.instruction_sets()[0]](image), network.engines["off"](image), atol=1e-5
    )


@settings(max_examples=15)
@given(height=st.integers(1, 150), width=st.integers(1, 60), rows=st.integers(1, 60), share=st.floats(0, 1.5))
def test_strips_and_kept_maps_change_no_more_than_rounding(
    network: Subject, height: int, width: int, rows: int, share: float
):
    image, engine = picture(height, width), network.engines[kernel.instruction_sets()[0]]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(strips, "STRIP_ROWS", max(rows, height // 40))  # more strips would take seconds
        found = []
        for memory in (0, int(share * 400 * height * width)):
            patch.setattr(engine, "memory", memory)
            found.append(engine(image))
    assert np.array_equal(*found)
    np.testing.assert_allclose(found[0], network.in_float64(image), atol=1e-5)


@pytest.mark.parametrize("threads", [2, 3, 4])
def test_the_number_of_threads_changes_no_bit(network: Subject, threads: int, monkeypatch: pytest.MonkeyPatch):
    image, engine = picture(150, 333), network.engines[kernel.instruction_sets()[0]]
    results = []
    for number in (1, threads):
        monkeypatch.setattr(kernel, "cores", lambda number=number: number)
        results.append(engine(image))
    assert np.array_equal(*results)


@pytest.mark.parametrize("size", [(60, 70), (9, 9), (31, 72), (40, 160)])  # whole vectors, and parts of them
def test_vectors_of_any_width_give_the_same_bits(network: Subject, size: tuple[int, int]):
    """AVX2 and AVX-512 both fuse sums with products, and a pixel's sum has one order."""
    image = picture(*size)
    fused = [network.engines[name](image) for name in kernel.instruction_sets() if name != "generic"]
    assert all(np.array_equal(fused[0], other) for other in fused)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_values_that_are_no_picture_give_what_onnx_runtime_gives(value: float):
    image = np.full((20, 30, 3), 0.5, np.float32)
    image[3, 4, 1] = value
    model = registry.find("student.open").onnx()
    (whole,) = ort.InferenceSession(model, providers=["CPUExecutionProvider"]).run(
        None, {"image": image.transpose(2, 0, 1)[None]}
    )
    found = make_engine(model, "student.open")(image)
    expected = np.asarray(whole)[0].transpose(1, 2, 0)
    np.testing.assert_array_equal(np.isnan(found), np.isnan(expected))


def test_many_threads_may_call_at_once(network: Subject):
    engine = network.engines[kernel.instruction_sets()[0]]
    images = [picture(40 + i, 90, seed=i) for i in range(8)]
    alone = [engine(image) for image in images]
    with ThreadPoolExecutor(4) as pool:
        together = [*pool.map(engine, images * 3)]
    assert all(np.array_equal(*pair) for pair in zip(together, alone * 3, strict=True))


def _enhance(engine: Engine, queue: "multiprocessing.Queue[np.ndarray]") -> None:
    queue.put(engine(picture(200, 200)))


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_has_threads_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(kernel, "cores", lambda: 3)
    engine = make_engine(registry.find("student.open").onnx(), "student.open")
    here = engine(picture(200, 200))  # starts this process's threads
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    child = context.Process(target=_enhance, args=(engine, queue))
    child.start()
    there = queue.get(timeout=60)
    child.join(60)
    assert np.array_equal(here, there)


def test_other_python_threads_go_on_meanwhile():
    engine = make_engine(registry.find("student.open").onnx(), "student.open")
    image, turns, done = picture(900, 900), 0, threading.Event()

    def work() -> None:
        engine(image)
        done.set()

    threading.Thread(target=work).start()
    while not done.wait(0.001):
        turns += 1
    assert turns > 1


def test_an_unknown_instruction_set_leaves_the_work_to_onnx_runtime(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(kernel.SWITCH, "off")
    assert kernel.in_use() is None
    engine = make_engine(registry.find("student.open").onnx(), "student.open")
    assert set(engine.runtimes) == {"ONNX Runtime"}


@pytest.mark.parametrize(("rows", "top"), [(3, 2), (3, 0), (1, 1)])
def test_a_mirrored_border_that_is_wider_on_one_side_is_refused(rows: int, top: int):
    native = pytest.importorskip("ppcn_native")
    program = Program([1])
    weights, bias = np.ones((1, 1, rows, 1), np.float32), np.zeros(1, np.float32)
    program.convolution(0, weights, bias, 1, 1, top, 0, False, "leaky", 1)
    native.Executor(program.data())
    program.convolution(0, weights, bias, 1, 1, top, 0, True, "leaky", 1)
    with pytest.raises(ValueError, match="as wide before a map as behind it"):
        native.Executor(program.data())


def test_a_stage_that_only_observes_stores_nothing(monkeypatch: pytest.MonkeyPatch):
    engine = make_engine(to_onnx(NETWORKS["enhancer"]()), "enhancer")
    assert isinstance(engine, StagedEngine)
    first, _ = engine.stages
    made = []
    run = first.run
    monkeypatch.setattr(first, "run", lambda *given: made.append(run(*given)) or made[-1])
    engine(np.random.default_rng(0).random((300, 40, 3), np.float32))
    assert [maps for maps, _ in made] == [[]] * len(made)
    assert all(counted.sum.shape == (11, 64, 64) for _, counted in made)
