import math

import numpy as np
import pytest
import torch

from ppcn.losses import contextual as contextual_module
from ppcn.losses.contextual import contextual


@pytest.fixture
def features():
    torch.manual_seed(0)
    target = torch.randn(2, 5, 4, 3, dtype=torch.float64)
    return target.flip(2) + 2 * torch.randn_like(target), target


def slow(generated, target, h=0.5):
    """Equations 1 and 2, number by number."""
    x, y = (batch.reshape(*batch.shape[:2], -1) for batch in (generated, target))
    images, _, positions = x.shape
    centre = sum(y[n, :, j] for n in range(images) for j in range(positions)) / (images * positions)
    losses = []
    for n in range(images):
        affinity = np.empty((positions, positions))
        for i in range(positions):
            a = x[n, :, i] - centre
            d = np.empty(positions)
            for j in range(positions):
                b = y[n, :, j] - centre
                d[j] = (1 - a @ b / (np.sqrt(a @ a) * np.sqrt(b @ b))) / 2
            weights = np.exp((1 - d / (d.min() + 1e-5)) / h)
            affinity[i] = weights / weights.sum()
        losses.append(-np.log(np.mean([max(affinity[:, j]) for j in range(positions)])))
    return np.mean(losses)


def test_contextual_is_that_of_the_equations(features):
    expected = slow(*(batch.numpy() for batch in features))
    assert 0.05 < expected < 2  # far from both ends, where anything would agree
    assert contextual(*features).item() == pytest.approx(expected, rel=1e-12)
    assert contextual(*(batch.float() for batch in features)).item() == pytest.approx(expected, rel=1e-4)


def test_both_ends_of_the_range():
    torch.manual_seed(0)
    target = torch.randn(1, 5, 4, 3, dtype=torch.float64)
    moved = target.flatten(2)[:, :, torch.randperm(12)].view_as(target)
    assert contextual(moved, target).item() == pytest.approx(0, abs=1e-6)  # where a feature lies does not matter
    centre = target.mean((0, 2, 3))
    nothing = centre.view(1, -1, 1, 1).expand_as(target)  # no direction of its own, hence no match
    assert contextual(nothing, target).item() == pytest.approx(math.log(12), abs=1e-6)


def test_processes_share_one_centre(features):
    generated, target = features
    centre = target.mean((0, 2, 3))
    parts = [contextual(generated[n : n + 1], target[n : n + 1], centre=centre) for n in range(2)]
    torch.testing.assert_close(torch.stack(parts).mean(), contextual(generated, target))
    assert contextual(generated[:1], target[:1]) != parts[0]


def test_large_maps_are_drawn_from_alike_on_both_sides(monkeypatch):
    assert contextual_module.MOST == 65 * 65
    monkeypatch.setattr(contextual_module, "MOST", 20)
    torch.manual_seed(0)
    target = torch.randn(2, 4, 7, 9)

    def loss(generated):
        return contextual(generated, target, generator=torch.Generator().manual_seed(1)).item()

    assert loss(target) == pytest.approx(0, abs=1e-3)  # every drawn feature finds itself
    drawn = torch.randperm(63, generator=torch.Generator().manual_seed(1))[:20]
    flipped, positions = target.flip(2), (target.flip(2).flatten(2)[:, :, drawn], target.flatten(2)[:, :, drawn])
    expected = contextual(*(x[..., None] for x in positions), centre=target.mean((0, 2, 3)))
    assert loss(flipped) == loss(flipped) == pytest.approx(expected.item())


def test_contextual_in_bfloat16_is_computed_in_float32():
    torch.manual_seed(0)
    target = torch.randn(2, 32, 8, 8)
    generated = target + 0.05 * torch.randn_like(target)
    expected = contextual(generated, target)
    with torch.autocast("cpu", torch.bfloat16):
        assert contextual(generated, target) == expected
        rounded = contextual(generated.bfloat16(), target.bfloat16())
    assert rounded.dtype == torch.float32
    assert rounded == contextual(generated.bfloat16().float(), target.bfloat16().float())


def test_contextual_gradient(features):
    generated, target = features
    generated.requires_grad_()
    assert torch.autograd.gradcheck(lambda x: contextual(x, target), generated, fast_mode=True)
