import torch

from ppcn.networks.layers import add_luma, luma


def test_range_of_bt601():
    black_and_white = torch.tensor([0.0, 1.0]).view(1, 1, 1, 2).expand(1, 3, 1, 2)
    torch.testing.assert_close(luma(black_and_white).flatten(), torch.tensor([16 / 255, 235 / 255]))


def test_a_step_in_luma_leaves_chroma_alone():
    rgb, step = torch.rand(2, 3, 4, 5, dtype=torch.float64), torch.rand(2, 1, 4, 5, dtype=torch.float64)
    changed = add_luma(rgb, step)
    torch.testing.assert_close(luma(changed), luma(rgb) + step)
    torch.testing.assert_close(changed[:, 0] - changed[:, 2], rgb[:, 0] - rgb[:, 2])
    torch.testing.assert_close(changed[:, 0] - changed[:, 1], rgb[:, 0] - rgb[:, 1])
