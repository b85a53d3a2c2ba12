import pytest
import torch

from ppcn.losses.tv import total_variation

IMAGE = torch.tensor([[0.0, 0.5, 0.5], [1.0, 0.5, 0.0]], dtype=torch.float64).view(1, 1, 2, 3)


def test_released_by_hand():
    across = (0.5**2 + 0 + 0.5**2 + 0.5**2) / 4
    down = (1 + 0 + 0.5**2) / 3
    assert total_variation(IMAGE).item() == pytest.approx(across + down)
    pair = torch.cat((IMAGE, torch.zeros_like(IMAGE)))
    assert total_variation(pair).item() == pytest.approx((across + down) / 2)


def test_equation_11_by_hand():
    both = [[0.5 + 1, 0 + 0, 0 - 0.5], [-0.5, -0.5, 0]]
    norm = sum(value**2 for row in both for value in row) ** 0.5
    assert total_variation(IMAGE, variant="paper").item() == pytest.approx(norm / 6)


@pytest.mark.parametrize("variant", ["paper", "released"])
def test_gradients_also_of_flat_images(variant):
    torch.manual_seed(0)
    image = torch.rand(2, 2, 4, 3, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: total_variation(x, variant=variant), image)
    flat = torch.ones(1, 1, 4, 4, requires_grad=True)
    total_variation(flat, variant=variant).backward()
    assert flat.grad is not None
    assert flat.grad.abs().sum() == 0
