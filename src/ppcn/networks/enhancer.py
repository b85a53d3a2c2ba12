"""Our enhancer: a tone for each place and brightness of a photo, predicted from a thumbnail, and a detail network."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from ppcn.networks.bilateral_grid import CELLS, COEFFICIENTS, LEVELS, LUMA, by_sampling, hats, luma, slice_grid
from ppcn.networks.layers import conv, mirrored
from ppcn.networks.stages import Maps, Stage, StagedNetwork

WIDTH, CHANNELS = 24, 8  # of the network on the thumbnail, and of the detail network
BINS = 6  # of brightness, over which the filters' responses are averaged
CODE, MIX = 64, 64  # features of the whole photo, and of a cell
SLOPE = 0.1  # of LeakyReLU


class Enhancer(StagedNetwork):
    """Nx3xHxW in [0, 1] to the same shape, about [0, 1] but not clipped; any size from 1x1. It starts as the identity.

    *Tone*: the photo and the responses of eight small filters, which tell of noise, sharpness and halos and so of the
    camera, are reduced to a thumbnail. A small network makes a bilateral grid of colour transforms of it. *Detail*: a
    local network removes noise and JPEG's blocks and sharpens; it sees the photo before and after the tone, and is
    adjusted to the photo by two numbers a channel. In a photo that is grey throughout, colour is never changed.
    """

    identity_at_start = True

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.look = Look()
        responses = 3 + self.look.count
        self.shrink = nn.Sequential(
            *_halving(responses, WIDTH),
            *_halving(WIDTH, WIDTH),
            *_halving(WIDTH, 2 * WIDTH),
            nn.Conv2d(2 * WIDTH, 2 * WIDTH, 1),
            nn.LeakyReLU(SLOPE),
        )
        self.summary1 = nn.Linear(2 * WIDTH + BINS * responses + 2 * BINS, CODE)
        self.summary2 = nn.Linear(CODE, CODE)
        self.cell, self.whole = nn.Conv2d(2 * WIDTH, MIX, 1), nn.Linear(CODE, MIX)
        self.head = nn.Conv2d(MIX, LEVELS * COEFFICIENTS, 1)
        self.gain, self.shift = nn.Linear(CODE, CHANNELS), nn.Linear(CODE, CHANNELS)
        self.detail1 = conv(6, CHANNELS, 3)
        self.detail2, self.detail3 = conv(CHANNELS, CHANNELS, 3), conv(CHANNELS, CHANNELS, 3, dilation=2)
        self.detail4, self.detail5 = conv(CHANNELS, CHANNELS, 3, dilation=2), conv(CHANNELS, 3, 3)
        for last in (self.head, self.gain, self.shift, self.detail5):
            for parameter in last.parameters():
                nn.init.zeros_(parameter)
        grey, colour, identity = _coefficients()
        self.register_buffer("grey", grey, persistent=False)
        self.register_buffer("colour", colour, persistent=False)
        self.register_buffer("identity", identity, persistent=False)
        self.register_buffer("mean", torch.full((3, 3, 1, 1), 1 / 3), persistent=False)

    def stages(self) -> Sequence[Stage]:
        """The thumbnail, and the picture."""
        return (
            Stage(self._responses, halo=2, statistic="thumbnail", observes=True),
            Stage(self._picture, halo=7, place=True),
        )

    def forward_part(self, image: Tensor, thumbnail: Tensor, boxes: Tensor | None) -> Tensor:
        """Return what becomes of parts of photos, given thumbnails of the whole ones.

        ``boxes`` are as ``by_sampling`` takes them; without them the images are whole photos made small, in which there
        is no detail left, and tone alone is changed.
        """
        grid, code, colourful = self.tone(thumbnail)
        if boxes is None:
            return by_sampling(image, grid, image.new_tensor([[0, 1, 0, 1]]))
        return self.detail(image, by_sampling(image, grid, boxes), code, colourful)

    def _responses(self, image: Tensor) -> Maps:
        return (self.look(image),)

    def _picture(self, image: Tensor, thumbnail: Tensor, place: Tensor) -> Maps:
        grid, code, colourful = self.tone(thumbnail)
        return (self.detail(image, slice_grid(image, grid, place), code, colourful),)

    def tone(self, thumbnail: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the grid (Nx96x8x8), the features of the photo (Nx64), and how colourful it is (Nx1x1x1, 0 to 1)."""
        rgb = thumbnail[:, :3]
        bins = hats(torch.sqrt(luma(rgb).clamp(0, 1)).flatten(1) * (BINS - 1), BINS)  # Nx6496xBINS
        area = bins.mean(1)
        # No product of matrices: LiteRT's converter makes a wrong one of it.
        by_bin = (bins.unsqueeze(3) * thumbnail.flatten(2).transpose(1, 2).unsqueeze(2)).mean(1)
        by_bin = by_bin / (area.unsqueeze(2) + 0.01)
        cells = self.shrink(thumbnail)
        code = torch.cat([cells.mean((2, 3)), by_bin.flatten(1), area, torch.log(area + 1e-3) * 0.2], 1)
        code = _rectified(self.summary2(_rectified(self.summary1(code))))
        mixed = _rectified(self.cell(cells) + self.whole(code).unsqueeze(2).unsqueeze(3))
        numbers = self.head(mixed).view(-1, LEVELS, COEFFICIENTS, CELLS * CELLS)
        chroma = (rgb - rgb.mean(1, keepdim=True)).abs().mean((1, 2, 3), keepdim=True)
        colourful = (chroma * 100).clamp(max=1)
        grid = self.grey @ numbers + (self.colour @ numbers) * colourful + self.identity
        return grid.view(-1, LEVELS * COEFFICIENTS, CELLS, CELLS), code, colourful

    def detail(self, image: Tensor, toned: Tensor, code: Tensor, colourful: Tensor) -> Tensor:
        """Return the toned image without noise, and sharper."""
        gain, shift = (layer(code).unsqueeze(2).unsqueeze(3) for layer in (self.gain, self.shift))
        first = _rectified(self.detail1(torch.cat([image, toned], 1)) * (1 + gain) + shift)
        x = _rectified(self.detail3(_rectified(self.detail2(first))))
        change = self.detail5(_rectified(self.detail4(x) + first))
        grey = functional.conv2d(change, self.mean)  # the same in all channels
        return toned + change * colourful + grey * (1 - colourful)


class Look(nn.Module):
    """The image, and the absolute responses of eight small fixed filters, ten times as large.

    Six of them see luma alone, and the filters have few taps: so the image is first taken apart into luma, R - G and
    B - G. Of a grey photo the last two are 0, in any precision.
    """

    planes: Tensor
    kernels: Tensor
    count = 8

    def __init__(self) -> None:
        super().__init__()
        red, _, blue = LUMA
        planes = torch.tensor([LUMA, [1, -1, 0], [0, -1, 1]])
        colours = torch.tensor([[1, 1 - red, -blue], [1, -red, -blue], [1, -red, 1 - blue]])  # R, G, B of the planes
        luma, chroma = torch.tensor([1.0, 0, 0]), torch.tensor([0.0, 1, 1])
        high_pass = torch.full((3, 3), -1 / 9)
        high_pass[1, 1] += 1
        laplacian = torch.tensor([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) / 4
        corner = torch.tensor([[1, -2, 1], [-2, 4, -2], [1, -2, 1]]) / 4
        across = torch.tensor([[0, 0, 0], [0, -1, 1.0], [0, 0, 0]])
        filters = [(luma, kernel) for kernel in (laplacian, across, across.T, corner)]
        filters += [(colours[channel] * chroma, high_pass) for channel in (0, 2)]  # red's and blue's distance from luma
        kernels = torch.zeros(3 + self.count, 3, 5, 5)
        kernels[:3, :, 2, 2] = colours
        for number, (plane, kernel) in enumerate(filters, 3):
            kernels[number, :, 1:4, 1:4] = 10 * plane[:, None, None] * kernel
        for number, kernel in enumerate((high_pass, laplacian), 3 + len(filters)):
            kernels[number, 0, ::2, ::2] = 10 * kernel  # taps two pixels apart
        self.register_buffer("planes", planes[:, :, None, None], persistent=False)
        self.register_buffer("kernels", kernels, persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """Return Nx11xHxW of Nx3xHxW."""
        return functional.conv2d(mirrored(functional.conv2d(image, self.planes)), self.kernels).abs()


def _coefficients() -> tuple[Tensor, Tensor, Tensor]:
    """Return how a level's twelve numbers become its 3x4 transform: what keeps grey grey, what does not, the identity.

    Numbers 0 to 2 are a gain, an offset and a gain of the distance from luma, the same for all channels. The others are
    a gain of each channel, and what each takes of red's and blue's distance from luma.
    """
    weights, one = torch.tensor(LUMA), torch.eye(3)
    grey, colour = torch.zeros(3, 4, COEFFICIENTS), torch.zeros(3, 4, COEFFICIENTS)
    for channel in range(3):
        grey[channel, :3, 0] = one[channel]
        grey[channel, 3, 1] = 0.3
        grey[channel, :3, 2] = one[channel] - weights
        colour[channel, :3, 3 + channel] = 0.5 * one[channel]
        colour[channel, :3, 6 + channel] = one[0] - weights
        colour[channel, :3, 9 + channel] = one[2] - weights
    identity = torch.eye(3, 4).reshape(COEFFICIENTS, 1)
    return grey.reshape(COEFFICIENTS, COEFFICIENTS), colour.reshape(COEFFICIENTS, COEFFICIENTS), identity


def _halving(inputs: int, outputs: int) -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.LeakyReLU(SLOPE)


def _rectified(x: Tensor) -> Tensor:
    return functional.leaky_relu(x, SLOPE)
