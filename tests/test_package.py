"""What the base installation promises: a small surface, a quick import, no torch."""

import os
import re
import subprocess
import sys
from importlib.metadata import requires

import ppcn
from ppcn.errors import BASE, missing_extra


def modules_after(code: str) -> set[str]:
    """Return the names of the modules that a fresh interpreter has loaded after some code."""
    code += "\nimport sys; print('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split())


def test_public_surface():
    assert sorted(ppcn.__all__) == ["__version__", "enhance", "errors", "list_models", "load_model", "upscale"]
    assert all(hasattr(ppcn, name) for name in ppcn.__all__)


def test_import_is_light():
    before, after = modules_after(""), modules_after("import ppcn")
    assert not {"numpy", "torch", "onnxruntime", "pyvips", "rich", "click"} & after
    assert len(after - before) < 60


def test_help_needs_no_runtime():
    code = "import sys; from ppcn.cli import main; sys.argv = ['ppcn', '--help']\ntry: main()\nexcept SystemExit: pass"
    assert not {"numpy", "torch", "onnxruntime", "pyvips"} & modules_after(code)


def test_enhancing_needs_no_torch():
    code = "import ppcn, numpy; ppcn.enhance(numpy.zeros((4, 4, 3), 'uint8'))"
    assert not {"torch", "onnx", "PIL"} & modules_after(code)


def test_enhancing_sends_and_leaves_nothing(tmp_path):
    """ONNX Runtime keeps what it is going to send below the home folder."""
    code = "import ppcn, numpy; ppcn.enhance(numpy.zeros((4, 4, 3), 'uint8'))"
    told = ("ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME")
    environment = {key: value for key, value in os.environ.items() if key not in told}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment | {"HOME": str(tmp_path)})
    assert not list(tmp_path.iterdir())


def test_the_modules_of_the_base_installation_are_named():
    """What is missing of them is no extra."""
    modules = {"pi-heif": "pi_heif", "pillow": "PIL"}
    names = [re.split(r"[^\w-]", line)[0].lower() for line in requires("ppcn") or [] if "extra ==" not in line]
    assert sorted(modules.get(name, name) for name in names) == sorted(BASE)
    error = missing_extra("To do it", ModuleNotFoundError(name="pyvips.base"), "train")
    assert "install ppcn again" in str(error)
