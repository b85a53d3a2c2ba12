"""Our enhancer."""

import torch

from ppcn.networks.enhancer import Enhancer
from ppcn.networks.initialise import STARTS


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
