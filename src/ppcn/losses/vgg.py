"""Squared difference of VGG features, as in the challenge's submission."""

from torch import Tensor

from ppcn.losses import precise


def vgg_loss(output: Tensor, target: Tensor) -> Tensor:
    """Return the mean squared difference of two NxCxHxW batches of features, 0 or more.

    The paper gives neither the layer nor the normalisation of its submission; the mean is DPED's.
    """
    return (precise(output) - precise(target)).square().mean()
