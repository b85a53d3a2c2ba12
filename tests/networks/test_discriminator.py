import pytest
import torch

from ppcn.networks.discriminator import Discriminator


@pytest.mark.parametrize(("head", "logits"), [("sigmoid", 1), ("softmax", 2)])
def test_logits_of_every_image(head, logits):
    network = Discriminator(head)
    with torch.no_grad():
        assert network(torch.rand(2, 1, 100, 100)).shape == (2, logits)


def test_number_of_parameters():
    convs = 5_248 + 204_928 + 221_376 + 331_968 + 442_624 + 590_080
    norms = 2 * (128 + 192 + 192 + 256 + 256)
    dense = 256 * 7 * 7 * 1024 + 1024
    assert sum(p.numel() for p in Discriminator().parameters()) == convs + norms + dense + 1025


def test_images_are_judged_one_by_one():
    network, images = Discriminator().double(), torch.rand(3, 1, 100, 100, dtype=torch.float64)
    with torch.no_grad():
        alone = torch.cat([network(image[None]) for image in images])
        torch.testing.assert_close(network(images), alone)
