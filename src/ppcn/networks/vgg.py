"""VGG-19 up to one of its convolutions, as a fixed extractor of features (Simonyan and Zisserman 2015)."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks import vgg_weights

LAYER = "conv4_2"  # the paper's


class VGG19(nn.Module):
    """Nx3xHxW RGB in [0, 1], any size from 1x1, to the features of a layer before its ReLU, NxCxH'xW'.

    C is 64, 128, 256, 512, 512 in blocks 1 to 5; H' and W' are halved, rounding up, before each block but the first.
    The weights never train; gradients flow to the image.
    """

    def __init__(self, path: Path | None = None, layer: str = LAYER) -> None:
        """Read the weights as ``vgg_weights.load`` does, with its errors; ``layer`` is named like "conv4_2"."""
        super().__init__()
        layout, layers = vgg_weights.load(path, layer)
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.tensor(layout.mean).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(layout.deviation).view(1, 3, 1, 1))
        self.convs = nn.ModuleDict({name: _fixed(kernel, bias) for name, (kernel, bias) in layers.items()})

    def forward(self, image: Tensor) -> Tensor:
        """Return the features."""
        x = (image - self.mean) / self.deviation
        for name, conv in self.convs.items():
            if name != "conv1_1":
                x = functional.relu(x)
                if name.endswith("_1"):
                    x = functional.max_pool2d(x, 2, ceil_mode=True)
            x = conv(x)
        return x


def _fixed(kernel: Tensor, bias: Tensor) -> nn.Module:
    outputs, inputs, *_ = kernel.shape
    conv = nn.utils.skip_init(nn.Conv2d, inputs, outputs, 3, padding=1)  # draws no random numbers
    conv.load_state_dict({"weight": kernel, "bias": bias})
    return conv.requires_grad_(False)
