"""The super-resolution network: four times larger (figure 2 of the paper), 236,560 parameters."""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks import enlarge
from ppcn.networks.layers import conv, leaky
from ppcn.networks.released import layer_variables
from ppcn.networks.stages import Maps, Stage, StagedNetwork

BLOCK = {  # the released code's names and ours, in blocks 1 and 2
    "res{}/0/conv1": "block{}.widen1",
    "res{}/0/conv2": "block{}.narrow1",
    "res{}/1/conv1": "block{}.widen2",
    "res{}/1/conv2": "block{}.narrow2",
    "trans/{}": "block{}.transition",
}
LAYERS = {
    "downsample/1": "down1",
    "downsample/2": "down2",
    "n64s1/c1": "first",
    **{theirs.format(block): ours.format(block) for block in (1, 2) for theirs, ours in BLOCK.items()},
    "n64s1/c/m": "join",
    "conv2d": "before_last",
    "conv2d_1": "last",
}


class SuperResolution(StagedNetwork):
    """Nx3xHxW in [0, 1] to Nx3x4Hx4W, about [0, 1] but not clipped; any size from 1x1.

    The photo is enlarged by bicubic, brought back to its own size by two strided convolutions, and all the work is
    done there; a pixel shuffle makes the large picture.
    """

    residual = (*(f"block{i}.{name}" for i in (1, 2) for name in ("narrow1", "narrow2", "transition")), "last")
    released = layer_variables({f"{theirs}/{{}}": ours for theirs, ours in LAYERS.items()}, "kernel", "bias")

    def __init__(self) -> None:
        super().__init__()
        self.enlarge = enlarge.Enlarge()
        self.down1 = nn.Conv2d(3, 32, 3, stride=2)
        self.down2 = nn.Conv2d(32, 64, 3, stride=2)
        self.first = conv(64, 32, 3)
        self.block1 = _Block()
        self.block2 = _Block()
        self.join = conv(32, 32, 3)
        self.before_last = conv(32, 32, 3)
        self.last = conv(32, 48, 3)

    def stages(self) -> Sequence[Stage]:
        """The mean of the enlarged photo, gathered from its 4x4 blocks; then the picture."""
        return (
            Stage(self._enlarge, halo=enlarge.HALO, statistic="mean"),
            Stage(self._picture, halo=15, scale=enlarge.SCALE),
        )

    def _enlarge(self, image: Tensor) -> Maps:
        return (self.enlarge(image),)

    def _picture(self, blocks: Tensor, mean: Tensor) -> Maps:
        mean = 255 * mean.unflatten(1, (3, -1)).mean(2)
        large = 255 * functional.pixel_shuffle(blocks, enlarge.SCALE) - mean
        x = leaky(self.down1(_pad_far_side(large)))
        x = leaky(self.down2(_pad_far_side(x)))
        t = self.first(x)
        x = self.join(self.block2(self.block1(t))) + t
        x = self.last(self.before_last(x))
        return ((functional.pixel_shuffle(x, enlarge.SCALE) + mean) / 255,)


class _Block(nn.Module):
    """Two residual modules and a transition, and the block's input added: 5 rows and columns of context."""

    def __init__(self) -> None:
        super().__init__()
        self.widen1, self.narrow1 = conv(32, 64, 3), conv(64, 32, 3)
        self.widen2, self.narrow2 = conv(32, 64, 3), conv(64, 32, 3)
        self.transition = conv(32, 32, 3)

    def forward(self, x: Tensor) -> Tensor:
        y = x + self.narrow1(leaky(self.widen1(x)))
        y = y + self.narrow2(leaky(self.widen2(y)))
        return x + self.transition(y)


def _pad_far_side(x: Tensor) -> Tensor:
    """Pad as TensorFlow's "same" does for 3x3 at stride 2 and even sides: below and at the right only."""
    return functional.pad(x, (0, 1, 0, 1))
