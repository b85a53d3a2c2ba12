"""The GAN's other half: training the discriminator that the texture loss asks."""

from collections.abc import Sequence

import torch
from lightning_fabric import Fabric
from torch import Tensor
from torch.func import functional_call
from torch.optim import Adam

from ppcn.losses.texture import discriminator_loss, grayscale, says_real
from ppcn.networks.discriminator import Discriminator, Head

SIDE = 100  # of the pictures that it takes


class DiscriminatorTrainer:
    """A discriminator and its optimiser: one step for each step of the generator (section 3.2)."""

    def __init__(self, fabric: Fabric, head: Head) -> None:
        self.discriminator = Discriminator(head).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.adam = Adam(self.discriminator.parameters())
        self._fabric = fabric
        self._network, self._adam = fabric.setup(self.discriminator, self.adam)

    def logits(self, images: Tensor) -> Tensor:
        """Return logits of Nx3x100x100 in [0, 1]; gradients flow to the images, not to the discriminator."""
        fixed = {name: weight.detach() for name, weight in self.discriminator.named_parameters()}
        with self._fabric.autocast():
            return functional_call(self.discriminator, fixed, grayscale(images))

    def step(
        self, generated: Sequence[Tensor], targets: Sequence[Tensor], generator: torch.Generator
    ) -> dict[str, Tensor]:
        """Learn from a batch, each of whose images is generated or a camera's with probability 1/2.

        ``generated`` and ``targets`` are groups of Nx3x100x100 in [0, 1], this process's share; ``generator`` (CPU)
        draws which, the same in all processes. Returns the loss and the accuracy.
        """
        rank, processes = self._fabric.global_rank, self._fabric.world_size
        draws = [torch.rand(len(group) * processes, generator=generator) < 0.5 for group in generated]
        real = torch.cat([drawn.chunk(processes)[rank] for drawn in draws]).to(self._fabric.device)
        images = torch.where(real[:, None, None, None], torch.cat(list(targets)), torch.cat(list(generated)))
        logits = self._network(grayscale(images))
        loss = discriminator_loss(logits, real, images=len(images) * processes)
        self._adam.zero_grad()
        self._fabric.backward(loss)
        self._adam.step()
        accuracy = (says_real(logits.detach()) == real).float().mean()
        return {"discriminator": loss.detach() / (len(images) * processes), "discriminator_accuracy": accuracy}
