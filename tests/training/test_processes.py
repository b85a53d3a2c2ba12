import re
import subprocess
import sys

import pytest
from safetensors.torch import load_file

from ppcn.losses.objective import LOSSES
from ppcn.training import run
from ppcn.training.recipe import parse

SCRIPT = """
import sys
from pathlib import Path
from torch.distributed import destroy_process_group
from ppcn.training import run
from ppcn.training.recipe import parse

recipe, out, *overrides = sys.argv[1:]
for loss in {losses}:
    table = [f"losses.{{other}}=0" for other in {losses} if other not in (loss, "l1")]
    run(parse(Path(recipe).read_text(), [*overrides, *table]), Path(out) / loss, quiet=True)
destroy_process_group()
"""
# Where a gradient is nearly zero, Adam moves a weight by what rounding makes of it: so it is with constants before an
# instance normalisation, and here and there among the discriminator's 15 million weights: how often depends on how a
# processor's convolutions round (0.01 % with AVX-512, 0.23 % with AVX2). Of another gradient, most would be off.
STRAYS = 1e-2
WITHOUT_EFFECT = re.compile(r".*_dilated\.bias|discriminator/convs.*\.bias")


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory):
    """A folder for what two processes train, filled by the first test that needs it."""
    return tmp_path_factory.mktemp("two")


@pytest.mark.parametrize("loss", LOSSES)
def test_two_processes_train_what_one_trains(loss, every_loss, two_processes, tmp_path):
    text, overrides = every_loss
    if not any(two_processes.iterdir()):
        (two_processes / "recipe.toml").write_text(text)
        (two_processes / "script.py").write_text(SCRIPT.format(losses=list(LOSSES)))
        in_two_processes(two_processes, "script.py", "recipe.toml", "runs", *overrides)

    others = [f"losses.{other}=0" for other in LOSSES if other not in (loss, "l1")]  # L1 needs every parameter
    run(parse(text, [*overrides, *others]), tmp_path / "run", quiet=True)
    one = assert_alike(tmp_path / "run", two_processes / "runs" / loss)
    assert any(key.startswith("discriminator/") for key in one) == (loss == "texture")


# Muon computes in bfloat16, where gradients that are added up in another order round otherwise: steps are small here.
@pytest.mark.parametrize(
    "settings", [["optimiser.kernels=adam"], ["optimiser.learning_rate=2e-4"]], ids=["adam", "muon"]
)
def test_two_processes_train_super_resolution_as_one_does(settings, small_crops, tmp_path):
    text, overrides = small_crops
    overrides = [*overrides, *settings, "steps=3"]
    (tmp_path / "recipe.toml").write_text(text)
    (tmp_path / "script.py").write_text(SCRIPT.format(losses=["l1"]))
    in_two_processes(tmp_path, "script.py", "recipe.toml", "runs", *overrides)
    run(parse(text, overrides), tmp_path / "run", quiet=True)
    assert_alike(tmp_path / "run", tmp_path / "runs" / "l1")


def in_two_processes(folder, *command):
    """Run a script in a folder, as torchrun does."""
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
    done = subprocess.run([*torchrun, *command], cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


def assert_alike(run, other):
    """Compare two runs' checkpoints, and return the tensors of the first."""
    one, two = (load_file(folder / "checkpoint.safetensors") for folder in (run, other))
    assert one.keys() == two.keys()
    for key, value in one.items():
        if key.startswith(("network/", "average/", "discriminator/")) and not WITHOUT_EFFECT.fullmatch(key):
            off = ((two[key] - value).abs() > 1e-5).float().mean().item()
            assert off <= (STRAYS if key.startswith("discriminator/") else 0), f"{key}: {off:.2%} are off"
    return one
