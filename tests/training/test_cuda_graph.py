import pytest
import torch
from lightning_fabric import Fabric

from ppcn.data.groups import Group
from ppcn.training.recipe import load
from ppcn.training.trainer import Trainer

BATCHES = 8


def losses_of(replayed, optimiser):
    """Return the losses of a few steps, and the weights at their end, of a network that starts from the same."""
    recipe = load("upscaler-pixels-open", [f"optimiser.kernels={optimiser}"])
    torch.manual_seed(0)
    trainer = Trainer(Fabric(accelerator="cuda", devices=1, precision="32-true"), recipe, 96, equal_steps=replayed)
    assert (trainer._graphed is not None) == replayed
    generator = torch.Generator().manual_seed(0)
    batches = [
        [Group(torch.rand(2, 3, 24, 24, generator=generator), torch.rand(2, 3, 96, 96, generator=generator))]
        for _ in range(BATCHES)
    ]
    rates = [1e-3 / (1 + step) for step in range(BATCHES)]
    steps = [trainer.step(step, iter(batches[step:]), rate)["objective"] for step, rate in enumerate(rates)]
    return torch.stack(steps), trainer.result().state_dict()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU")
@pytest.mark.parametrize("optimiser", ["muon", "adam"])
def test_replayed_steps_are_steps(optimiser):
    losses, weights = losses_of(False, optimiser)
    replayed, same_weights = losses_of(True, optimiser)
    torch.testing.assert_close(replayed, losses, rtol=1e-4, atol=1e-5)
    for name, weight in weights.items():
        torch.testing.assert_close(same_weights[name], weight, rtol=1e-3, atol=1e-4, msg=name)


def test_nothing_is_replayed_on_a_cpu():
    trainer = Trainer(Fabric(accelerator="cpu"), load("upscaler-pixels-open"), 96, equal_steps=True)
    assert trainer._graphed is None
