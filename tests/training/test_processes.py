import json
import re
import subprocess
import sys

import pytest
from safetensors.torch import load_file

from ppcn.losses.objective import LOSSES
from ppcn.training import run
from ppcn.training.recipe import parse

SCRIPT = """
import json
import sys
from pathlib import Path
from torch.distributed import destroy_process_group
from ppcn.training import run
from ppcn.training.recipe import parse

for name, (text, overrides) in json.loads(Path(sys.argv[1]).read_text()).items():
    run(parse(text, overrides), Path(name), quiet=True)
destroy_process_group()
"""
# Muon computes in bfloat16, where gradients that are added up in another order round otherwise: steps are small here.
CROPS = {"adam": ["optimiser.kernels=adam"], "muon": ["optimiser.learning_rate=2e-4"]}
# Where a gradient is nearly zero, Adam moves a weight by what rounding makes of it: so it is with constants before an
# instance normalisation, and here and there among the discriminator's 15 million weights: how often depends on how a
# processor's convolutions round (0.01 % with AVX-512, 0.23 % with AVX2). Of another gradient, most would be off.
STRAYS = 1e-2
WITHOUT_EFFECT = re.compile(r".*_dilated\.bias|discriminator/convs.*\.bias")


@pytest.fixture(scope="module")
def two_processes(tmp_path_factory):
    """A folder for what two processes train, filled by the first test that needs it: they take a while to start."""
    return tmp_path_factory.mktemp("two")


@pytest.fixture
def recipes(every_loss, small_crops):
    """The text of a recipe and its overrides for each loss, and for super-resolution with each optimiser."""
    recipes = {}
    for loss in LOSSES:
        others = [f"losses.{other}=0" for other in LOSSES if other not in (loss, "l1")]  # L1 needs every parameter
        recipes[loss] = every_loss[0], [*every_loss[1], *others]
    for name, settings in CROPS.items():
        recipes[name] = small_crops[0], [*small_crops[1], *settings, "steps=3"]
    return recipes


@pytest.mark.parametrize("name", [*LOSSES, *CROPS])
def test_two_processes_train_what_one_trains(name, recipes, two_processes, tmp_path):
    if not any(two_processes.iterdir()):
        (two_processes / "script.py").write_text(SCRIPT)
        (two_processes / "recipes.json").write_text(json.dumps(recipes))
        in_two_processes(two_processes, "script.py", "recipes.json")

    text, overrides = recipes[name]
    run(parse(text, overrides), tmp_path / "run", quiet=True)
    one = assert_alike(tmp_path / "run", two_processes / name)
    assert any(key.startswith("discriminator/") for key in one) == (name == "texture")


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
