import json

import pytest


def test_released_checkpoint_becomes_a_model(run, tmp_path, shared):
    weights = tmp_path / "student.safetensors"
    imported = run("import-tensorflow", shared / "reference/enhancement/student.ckpt", "-o", weights)
    assert "student, 2,715 parameters" in imported.out
    ran = run("evaluate", "enhancement", "--model", weights, "--pairs", shared / "data/dped400", "--json")
    figures = json.loads(ran.out)
    assert figures["psnr"] == pytest.approx(22.562, abs=0.02)
    assert figures["ms_ssim"] == pytest.approx(0.9254, abs=0.001)
    run("import-tensorflow", weights, "-o", tmp_path / "b.safetensors").refused("student.safetensors")
