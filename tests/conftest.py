"""What tests in several places need."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from PIL import Image

from ppcn import cli

if "PYTEST_XDIST_WORKER" in os.environ:  # one process for each core: torch's threads would only wait for each other
    os.environ.setdefault("OMP_NUM_THREADS", "1")

settings.register_profile("ppcn", deadline=10_000)  # ms an example: a loaded machine pauses any of them
settings.load_profile("ppcn")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of photos and released checkpoints that lies beside the repository on some machines."""
    if not SHARED.is_dir():
        pytest.skip("needs ../shared (test photos and released checkpoints), which is not part of the repository")
    return SHARED


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with made-up pictures under the names of the photographs that networks are trained on."""
    from ppcn.data import photographs

    folder = tmp_path_factory.mktemp("photos")
    rng = np.random.default_rng(0)
    for name in photographs.TARGETS + photographs.HELD_OUT:
        blocks = (rng.random((6, 8, 3)) * 255).astype(np.uint8)
        Image.fromarray(blocks).resize((64, 48), Image.Resampling.BICUBIC).save(folder / name)
    return folder


@pytest.fixture(scope="session")
def enlarger() -> Callable[[int], bytes]:
    """Return a function that makes a network, as another program might, which repeats every pixel N times each way."""
    from onnx import TensorProto, helper

    def enlarger(scale: int) -> bytes:
        ends = [
            helper.make_tensor_value_info(end, TensorProto.FLOAT, [1, 3, f"h{end}", f"w{end}"]) for end in ("x", "y")
        ]
        how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        scales = helper.make_tensor("scales", TensorProto.FLOAT, [4], [1, 1, scale, scale])
        nodes = [helper.make_node("Resize", ["x", "", "scales"], ["y"], **how)]
        graph = helper.make_graph(nodes, "repeat", ends[:1], ends[1:], [scales])
        opset = helper.make_opsetid("", 17)
        return helper.make_model(graph, opset_imports=[opset], ir_version=9).SerializeToString()

    return enlarger


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str

    def refused(self, *words: str) -> None:
        """Check for one plain sentence and exit status 2."""
        assert self.status == 2
        assert "Traceback" not in self.err
        assert self.err.count("ppcn: ") == 1
        for word in words:
            assert word in self.err


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Return a function that runs the command inside this process."""

    def run(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["ppcn", *map(str, arguments)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            cli.main()
        printed = capfd.readouterr()
        return Ran(int(stop.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture(scope="session")
def save() -> Callable[..., Path]:
    """Return a function that writes a made-up picture."""

    def save(path: Path, seed: int = 0, size: tuple[int, int] = (40, 30)) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = np.random.default_rng(seed).integers(0, 20, (size[1], 1, 3))
        ramp = np.linspace(30, 200, size[0])[None, :, None] + rows
        Image.fromarray(ramp.astype(np.uint8)).save(path)
        return path

    return save
