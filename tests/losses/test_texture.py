import math

import pytest
import torch

from ppcn.losses.texture import discriminator_loss, grayscale, says_real, texture_loss

# D is 3/4 for the first image and 1/2 for the second, as either head says it.
SIGMOID = torch.tensor([[math.log(3)], [0.0]], dtype=torch.float64)
SOFTMAX = torch.tensor([[math.log(6), math.log(2)], [1.0, 1.0]], dtype=torch.float64)
heads = pytest.mark.parametrize("logits", [SIGMOID, SOFTMAX], ids=["sigmoid", "softmax"])


@heads
def test_both_variants_by_hand(logits):
    assert texture_loss(logits).item() == pytest.approx(-math.log(3 / 4) - math.log(1 / 2))
    assert texture_loss(logits, variant="released").item() == pytest.approx(math.log(1 / 4) + math.log(1 / 2))


@heads
def test_the_discriminators_loss_by_hand(logits):
    real = torch.tensor([True, False])
    assert discriminator_loss(logits, real).item() == pytest.approx(-math.log(3 / 4) - math.log(1 / 2))
    assert discriminator_loss(logits, ~real).item() == pytest.approx(-math.log(1 / 4) - math.log(1 / 2))


def test_the_released_texture_loss_is_the_discriminators_turned_round():
    generated = torch.tensor([False, False])
    assert texture_loss(SOFTMAX, variant="released") == -discriminator_loss(SOFTMAX, generated)


@heads
def test_shares_of_a_batch_average_to_its_sum(logits):
    whole = texture_loss(logits)
    shares = [texture_loss(part, images=2) for part in logits.split(1)]
    torch.testing.assert_close(torch.stack(shares).mean(), whole)


def test_certain_logits_stay_finite():
    logits = torch.tensor([[-200.0]], dtype=torch.bfloat16, requires_grad=True)
    loss = texture_loss(logits)
    loss.backward()
    assert loss.item() == 200
    assert logits.grad is not None
    assert logits.grad.item() == -1


def test_what_the_discriminator_says():
    assert says_real(torch.tensor([[0.1], [-0.1]])).tolist() == [True, False]
    assert says_real(torch.tensor([[1.0, 0.5], [0.0, 2.0]])).tolist() == [True, False]


def test_grayscale_by_hand():
    image = torch.tensor([1.0, 0.5, 0.25]).view(1, 3, 1, 1)
    assert grayscale(image).item() == pytest.approx(0.2989 + 0.2935 + 0.0285)


@heads
def test_texture_gradients(logits):
    logits = logits.clone().requires_grad_()
    real = torch.tensor([True, False])
    assert torch.autograd.gradcheck(texture_loss, logits)
    assert torch.autograd.gradcheck(lambda x: texture_loss(x, variant="released"), logits)
    assert torch.autograd.gradcheck(lambda x: discriminator_loss(x, real), logits)
