import torch

from ppcn.losses.vgg import vgg_loss


def test_vgg_by_hand():
    assert vgg_loss(torch.tensor([0.0, 1.0, 4.0], dtype=torch.float64), torch.tensor([2.0, 1.0, 1.0])).item() == 13 / 3


def test_vgg_gradient():
    torch.manual_seed(0)
    target = torch.rand(2, 2, 3, 3, dtype=torch.float64)
    output = torch.rand_like(target, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: vgg_loss(x, target), output)
