import re
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from ppcn.losses.objective import LOSSES
from ppcn.training import run
from ppcn.training.recipe import parse

SCRIPT = """
import sys
from pathlib import Path
from ppcn.training import run
from ppcn.training.recipe import parse

recipe, out, *overrides = sys.argv[1:]
for loss in {losses}:
    table = [f"losses.{{other}}=0" for other in {losses} if other not in (loss, "l1")]
    run(parse(Path(recipe).read_text(), [*overrides, *table]), Path(out) / loss, quiet=True)
"""
# A constant before an instance normalisation does (nearly, behind a LeakyReLU) nothing: Adam moves it by what rounding
# makes of a gradient of zero.
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
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node=2"]
        arguments = ["script.py", "recipe.toml", "runs", *overrides]
        done = subprocess.run(
            [*command, *arguments], cwd=two_processes, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr

    others = [f"losses.{other}=0" for other in LOSSES if other not in (loss, "l1")]  # L1 needs every parameter
    run(parse(text, [*overrides, *others]), tmp_path / "run", quiet=True)
    one = load_file(tmp_path / "run" / "checkpoint.safetensors")
    two = load_file(two_processes / "runs" / loss / "checkpoint.safetensors")
    assert one.keys() == two.keys()
    assert any(key.startswith("discriminator/") for key in one) == (loss == "texture")
    for key, value in one.items():
        if key.startswith(("network/", "average/", "discriminator/")) and not WITHOUT_EFFECT.fullmatch(key):
            torch.testing.assert_close(two[key], value, rtol=0, atol=1e-5, msg=lambda text, key=key: f"{key}: {text}")
