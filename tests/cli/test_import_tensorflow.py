import json
import shutil

import pytest
import torch

from ppcn.evaluation.enhancement import score_model
from ppcn.networks.student import Student
from ppcn.networks.tensorflow import import_checkpoint


def test_released_checkpoint_becomes_a_model(run, tmp_path, shared):
    """It is scored on a few pairs, where it gets the figures of the checkpoint's own weights in torch."""
    weights, checkpoint = tmp_path / "student.safetensors", shared / "reference/enhancement/student.ckpt"
    imported = run("import-tensorflow", checkpoint, "-o", weights)
    assert "student, 2,715 parameters" in imported.out
    for side in ("iphone", "canon"):
        (tmp_path / "pairs" / side).mkdir(parents=True)
        for picture in sorted((shared / "data/dped400" / side).iterdir())[:6]:
            shutil.copy(picture, tmp_path / "pairs" / side)
    ran = run("evaluate", "enhancement", "--model", weights, "--pairs", tmp_path / "pairs", "--json")
    figures = json.loads(ran.out)

    network = Student()
    network.load_state_dict(import_checkpoint(checkpoint)[1])

    @torch.no_grad()
    def enhance(image):
        return network(torch.from_numpy(image).permute(2, 0, 1)[None])[0].permute(1, 2, 0).clamp(0, 1).numpy()

    expected = score_model(enhance, "torch", tmp_path / "pairs")
    assert figures["n"] == 6
    assert figures["psnr"] == pytest.approx(expected.means["psnr"], abs=1e-3)
    assert figures["ms_ssim"] == pytest.approx(expected.means["ms_ssim"], abs=1e-5)
    assert figures["psnr"] > 20
    run("import-tensorflow", weights, "-o", tmp_path / "b.safetensors").refused("student.safetensors")
