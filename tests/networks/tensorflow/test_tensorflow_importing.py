"""The released checkpoints: which network each is, and that its weights do what is published."""

import shutil

import numpy as np
import pytest
import torch

from ppcn.errors import CheckpointError
from ppcn.networks import NETWORKS, tensorflow
from ppcn.networks.tensorflow import import_checkpoint
from ppcn.networks.tensorflow.checkpoint import read_checkpoint

RELEASED = {
    "enhancement/student.ckpt": "student",
    "enhancement/student_wo_kd": "student",
    "enhancement/iphone_trackA.ckpt": "student",
    "enhancement/iphone_trackBC.ckpt": "student",
    "enhancement/teacher.ckpt": "teacher",
    "super_resolution/generator_all.ckpt": "super-resolution",
    "baselines/dped_srcnn": "srcnn",
    "baselines/dped_resnet_8_32": "resnet-8-32",
    "baselines/dped_resnet_12_64": "resnet-12-64",
    "baselines/div2k_srcnn": "srcnn",
    "baselines/div2k_resnet_6_16": "resnet-6-16",
    "baselines/div2k_vgg19_vdsr.ckpt": "vdsr",
}


@pytest.mark.parametrize("file", RELEASED)
def test_released_checkpoints_are_recognised(shared, file):
    name, state = import_checkpoint(shared / "reference" / file)
    assert name == RELEASED[file]
    NETWORKS[name]().load_state_dict(state)
    assert all(value.dtype == torch.float32 and value.isfinite().all() for value in state.values())


def test_kernels_are_turned(shared):
    path = shared / "reference" / "enhancement" / "student.ckpt"
    theirs, (_, ours) = read_checkpoint(path), import_checkpoint(path)
    np.testing.assert_array_equal(ours["horizontal.weight"][5, 2, 0, 6], theirs["generator_little/W0"][0, 6, 2, 5])
    np.testing.assert_array_equal(ours["norm2.weight"], theirs["generator_little/Variable_3"])
    np.testing.assert_array_equal(ours["norm1.bias"], theirs["generator_little/Variable"])


def test_a_checkpoint_of_something_else(tmp_path, monkeypatch):
    monkeypatch.setattr(tensorflow, "read_checkpoint", lambda _: {"model/W0": np.zeros((1, 1, 3, 3), np.float32)})
    with pytest.raises(CheckpointError, match=r"holds none of the networks that can be imported: student, "):
        import_checkpoint(tmp_path / "model")


def test_a_released_checkpoint_that_lost_its_end(shared, tmp_path):
    for file in (shared / "reference" / "enhancement").glob("student.ckpt*"):
        shutil.copyfile(file, tmp_path / file.name)
    data = tmp_path / "student.ckpt.data-00000-of-00001"
    data.write_bytes(data.read_bytes()[:-1])
    with pytest.raises(CheckpointError, match="is damaged"):
        import_checkpoint(tmp_path / "student.ckpt")
