import pytest
import torch

from ppcn.losses.distillation import distillation

# Means over channels (3, 4) and (1, 0): as directions (0.6, 0.8) and (1, 0), 0.8 ** 0.5 apart.
STUDENT = torch.tensor([[2.0, 8.0], [4.0, 0.0]], dtype=torch.float64).view(1, 2, 1, 2)
TEACHER = torch.tensor([[1.0, 0.0]], dtype=torch.float64).view(1, 1, 1, 2)


def test_one_pair_by_hand():
    assert distillation([STUDENT], [TEACHER]).item() == pytest.approx(0.4)
    assert distillation([STUDENT], [TEACHER], variant="paper").item() == pytest.approx(0.8**0.5)


@pytest.mark.parametrize("variant", ["paper", "released"])
def test_pairs_are_summed_and_images_averaged(variant):
    one = distillation([STUDENT], [TEACHER], variant=variant).item()
    assert distillation([STUDENT, STUDENT], [TEACHER, TEACHER], variant=variant).item() == pytest.approx(2 * one)
    batches = torch.cat((STUDENT, TEACHER.expand(1, 2, 1, 2))), TEACHER.expand(2, 1, 1, 2)
    assert distillation([batches[0]], [batches[1]], variant=variant).item() == pytest.approx(one / 2)


def test_strength_does_not_matter():
    assert distillation([5 * STUDENT], [0.1 * STUDENT]).item() == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("variant", ["paper", "released"])
def test_distillation_gradient(variant):
    torch.manual_seed(0)
    teacher = [torch.rand(2, 4, 3, 3, dtype=torch.float64) for _ in range(2)]
    student = [torch.rand(2, 2, 3, 3, dtype=torch.float64, requires_grad=True) for _ in range(2)]
    assert torch.autograd.gradcheck(lambda *maps: distillation(maps, teacher, variant=variant), student)
    same = torch.ones(1, 1, 2, 2, requires_grad=True)
    distillation([same], [same.detach()], variant=variant).backward()
    assert same.grad is not None
    assert same.grad.isfinite().all()
