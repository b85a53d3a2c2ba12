"""The GAN's losses: the texture loss of the generator, and the discriminator's own."""

import torch
from torch import Tensor
from torch.nn import functional

from ppcn.losses import Variant, precise

LUMA = (0.2989, 0.5870, 0.1140)  # as TensorFlow's rgb_to_grayscale


def grayscale(images: Tensor) -> Tensor:
    """Return the discriminator's input, Nx1xHxW in [0, 1], of Nx3xHxW in [0, 1]."""
    weights = torch.tensor(LUMA, dtype=images.dtype, device=images.device).view(1, 3, 1, 1)
    return (images * weights).sum(1, keepdim=True)


def texture_loss(logits: Tensor, *, variant: Variant = "paper", images: int | None = None) -> Tensor:
    """Return the generator's loss, from the discriminator's logits (either head) of generated images.

    "paper" is equation 8, -sum log D, 0 or more; "released" is +sum log(1 - D), 0 or less. ``images`` is the size of
    the whole batch where ``logits`` are one process's equal share of it: the mean over processes is then its sum.
    """
    real, generated = _log_probabilities(logits)
    return (-real if variant == "paper" else generated).mean() * (images or len(logits))


def discriminator_loss(logits: Tensor, real: Tensor, *, images: int | None = None) -> Tensor:
    """Return the summed cross-entropy, 0 or more, of logits; ``real`` has N booleans: which images are."""
    return -torch.where(real, *_log_probabilities(logits)).mean() * (images or len(logits))


def says_real(logits: Tensor) -> Tensor:
    """Return N booleans: which images the discriminator classifies as real (either head)."""
    real, generated = _log_probabilities(logits)
    return real > generated


def _log_probabilities(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return log D and log(1 - D), N each: a sigmoid is a softmax whose second logit is 0."""
    pair = functional.pad(logits, (0, 1)) if logits.shape[1] == 1 else logits
    real, generated = functional.log_softmax(precise(pair), 1).unbind(1)
    return real, generated
