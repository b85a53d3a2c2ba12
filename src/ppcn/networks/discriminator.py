"""The discriminator of the texture loss (section 3.2 of the paper)."""

from typing import Literal

from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks.layers import InstanceNorm
from ppcn.networks.stages import moments

Head = Literal["sigmoid", "softmax"]


class Discriminator(nn.Module):
    """Nx1x100x100 grayscale in [0, 1] to logits: how real each image looks.

    ``head`` "sigmoid" (the paper) gives one logit an image, Nx1; "softmax" (the released code) gives two, Nx2: real and
    generated. Each convolution is followed by LeakyReLU(0.2), all but the first then by instance normalisation.
    """

    def __init__(self, head: Head = "sigmoid") -> None:
        super().__init__()
        self.convs = nn.ModuleList(
            (
                nn.Conv2d(1, 64, 9, stride=4),
                nn.Conv2d(64, 128, 5, stride=2, padding=2),
                nn.Conv2d(128, 192, 3, padding=1),
                nn.Conv2d(192, 192, 3, padding=1),
                nn.Conv2d(192, 256, 3, stride=2, padding=1),
                nn.Conv2d(256, 256, 3, padding=1),
            )
        )
        self.norms = nn.ModuleList(InstanceNorm(channels) for channels in (128, 192, 192, 256, 256))
        self.dense = nn.Linear(256 * 7 * 7, 1024)
        self.head = nn.Linear(1024, {"sigmoid": 1, "softmax": 2}[head])

    def forward(self, gray: Tensor) -> Tensor:
        """Return logits; losses take these, not probabilities."""
        # TensorFlow's "same" padding for 100 pixels at stride 4: the far side gets the odd one.
        x = _leaky(self.convs[0](functional.pad(gray, (2, 3, 2, 3))))
        for conv, norm in zip(self.convs[1:], self.norms, strict=True):
            x = _leaky(conv(x))
            x = norm(x, *moments(x))
        return self.head(_leaky(self.dense(x.flatten(1))))


def _leaky(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, 0.2)
