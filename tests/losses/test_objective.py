import pytest
import torch

from ppcn.errors import RecipeError
from ppcn.losses.l1 import l1
from ppcn.losses.objective import Objective
from ppcn.losses.ssim import ssim_loss


def test_the_objective_weighs_and_names():
    torch.manual_seed(0)
    pair = torch.rand(2, 3, 20, 20), torch.rand(2, 3, 20, 20)
    total, parts = Objective({"l1": 2.0, "ssim": 0.5})(*pair)
    assert parts == {"l1": l1(*pair).item(), "ssim": ssim_loss(*pair).item()}
    assert total.item() == pytest.approx(2 * parts["l1"] + 0.5 * parts["ssim"])


def test_l1_by_hand():
    assert l1(torch.tensor([0.0, 1.0]), torch.tensor([0.5, 0.0])).item() == 0.75


def test_unknown_and_missing_losses_are_named():
    with pytest.raises(RecipeError, match="No loss is called 'l2'; there are l1, ssim"):
        Objective({"l2": 1.0})
    with pytest.raises(RecipeError, match="names no loss"):
        Objective({})
