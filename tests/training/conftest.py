"""What tests of training need: small recipes, one with every loss, and the files that they name."""

import pytest
import safetensors.torch
import torch

from ppcn.losses.objective import LOSSES
from ppcn.networks import weights_file
from ppcn.networks.initialise import near_identity
from ppcn.networks.teacher import Teacher

WEIGHTS = {"vgg": 1e-3, "texture": 0.01, "colour": 0.01, "tv": 10}  # where 1 would be too much or too little
EVERY_LOSS = """
network = "student"
steps = 3
workers = 0
report_every = 3
validate_every = 3
[optimiser]
learning_rate = 1e-4
warmup = 0
[features]
layer = "conv3_1"
[mixture]
whole = [[2, 110, 100]]
regions = 2
region = 104
patches = 1
[losses]
""" + "\n".join(f"{name} = {WEIGHTS.get(name, 1)}" for name in LOSSES)

SMALL_CROPS = """
network = "super-resolution"
source = "crops"
start = "he"
steps = 20
workers = 0
report_every = 5
validate_every = 10
[losses]
l1 = 255
ssim = 25
[optimiser]
kernels = "muon"
warmup = 5
[crops]
batch = 4
patch = 6
"""


@pytest.fixture(scope="session")
def vgg(tmp_path_factory):
    """The first five layers of a VGG-19 in torchvision's layout, random."""
    torch.manual_seed(0)
    tensors = {}
    for number, inputs, outputs in ((0, 3, 64), (2, 64, 64), (5, 64, 128), (7, 128, 128), (10, 128, 256)):
        tensors[f"features.{number}.weight"] = (2 / 9 / inputs) ** 0.5 * torch.randn(outputs, inputs, 3, 3)
        tensors[f"features.{number}.bias"] = torch.zeros(outputs)
    path = tmp_path_factory.mktemp("vgg") / "vgg19.safetensors"
    safetensors.torch.save_file(tensors, path)
    return path


@pytest.fixture(scope="session")
def teacher(tmp_path_factory):
    """A teacher that has learned nothing."""
    torch.manual_seed(0)
    network = Teacher()
    near_identity(network)
    path = tmp_path_factory.mktemp("teacher") / "teacher.safetensors"
    weights_file.save(network, path)
    return path


@pytest.fixture
def every_loss(photos, vgg, teacher):
    """The text of a recipe with every loss, and the overrides that give it data, features and a teacher."""
    return EVERY_LOSS, [f"data={photos}", f"features.weights={vgg}", f"teacher={teacher}"]


@pytest.fixture
def small_crops(photos):
    """The text of a recipe for super-resolution, and the override that gives it data."""
    return SMALL_CROPS, [f"data={photos}"]
