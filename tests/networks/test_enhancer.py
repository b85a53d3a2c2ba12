"""Our enhancer."""

import numpy as np
import torch
from scipy import ndimage

from ppcn.networks.enhancer import Enhancer, Look
from ppcn.networks.initialise import STARTS
from ppcn.networks.stages import thumbnail


def with_random_weights() -> Enhancer:
    torch.manual_seed(0)
    network = Enhancer()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.normal_(std=0.1)
    return network


def test_it_starts_as_the_identity():
    network, image = Enhancer(), torch.rand(2, 3, 70, 41)
    STARTS["near-identity"](network)
    torch.testing.assert_close(network(image), image, rtol=0, atol=1e-6)


def test_a_grey_photo_stays_grey():
    image = torch.rand(1, 1, 80, 60).expand(1, 3, 80, 60)
    with torch.no_grad():
        picture = with_random_weights()(image)
    assert (picture - image).abs().max() > 0.1
    torch.testing.assert_close(picture, picture[:, :1].expand_as(picture), rtol=0, atol=1e-5)


def test_the_tone_follows_from_the_whole_photo():
    network, image = with_random_weights(), torch.rand(1, 3, 96, 96)
    other = image.clone()
    other[:, :, 64:] = 0
    with torch.no_grad():
        change = (network(image) - network(other))[:, :, :32].abs()
    assert change.max() > 1e-4


@torch.no_grad()
def test_a_part_becomes_what_it_becomes_in_its_photo():
    network, image = with_random_weights(), torch.rand(1, 3, 96, 128)
    seen = thumbnail(network.look(image))
    part = network.forward_part(image[:, :, 24:72, 32:96], seen, torch.tensor([[0.25, 0.75, 0.25, 0.75]]))
    torch.testing.assert_close(part[..., 8:-8, 8:-8], network(image)[:, :, 32:64, 40:88], rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_of_a_small_copy_only_the_tone_is_changed():
    network, image = with_random_weights(), torch.rand(1, 3, 96, 128)
    seen = thumbnail(network.look(image))
    before = network.forward_part(seen[:, :3], seen, None)
    network.detail5.weight += 1
    assert torch.equal(network.forward_part(seen[:, :3], seen, None), before)


def test_the_filters_respond_as_convolutions_by_scipy():
    image = torch.rand(1, 3, 40, 30)
    image[:, :, 10:30, 8:22] = 0.5
    luma = (image[0].double().permute(1, 2, 0) @ torch.tensor([0.299, 0.587, 0.114]).double()).numpy()
    found = Look()(image)[0]
    torch.testing.assert_close(found[:3], image[0], rtol=0, atol=1e-6)
    laplacian = np.array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]]) / 4
    expected = 10 * np.abs(ndimage.convolve(luma, laplacian))
    np.testing.assert_allclose(found[3, 2:-2, 2:-2], expected[2:-2, 2:-2], atol=1e-5)
    red = image[0, 0].double().numpy() - luma
    np.testing.assert_allclose(
        found[7, 2:-2, 2:-2], 10 * np.abs(red - ndimage.uniform_filter(red, 3))[2:-2, 2:-2], atol=1e-5
    )
    assert found[9, 16:24, 14:16].max() < 1e-5  # taps two pixels apart lie in the flat part, too
