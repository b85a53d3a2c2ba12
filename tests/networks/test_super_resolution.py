"""The released super-resolution network lands on its known figure."""

import numpy as np
import pytest
import torch

from ppcn.images.pixels.resize import resize
from ppcn.networks.super_resolution import SuperResolution
from ppcn.networks.tensorflow import import_checkpoint


def test_set5_with_the_released_weights(shared):
    from PIL import Image

    network = SuperResolution()
    network.load_state_dict(import_checkpoint(shared / "reference" / "super_resolution" / "generator_all.ckpt")[1])
    scores = []
    for path in sorted((shared / "data" / "sr_test" / "Set5").iterdir()):
        picture = np.asarray(Image.open(path).convert("RGB"))
        height, width = picture.shape[:2]
        small = np.round(resize(picture, height // 4, width // 4).clip(0, 255)) / 255
        with torch.no_grad():
            large = network(torch.from_numpy(small).float().permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()
        scores.append([psnr_y(large, picture), psnr_y(resize(small, height, width), picture)])
    assert np.mean(scores, axis=0) == pytest.approx([31.38, 28.42], abs=0.02)


def psnr_y(output, picture):
    """PSNR on the luma of BT.601, output rounded to 8 bits, 4 pixels shaved."""
    a, b = (x @ [65.481, 128.553, 24.966] for x in (np.round(output.clip(0, 1) * 255) / 255, picture / 255))
    return 20 * np.log10(255 / np.sqrt(np.mean((a - b)[4:-4, 4:-4] ** 2)))
